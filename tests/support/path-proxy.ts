/** HTTP proxy that serves a server under a path; it passes the path on, or strips it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface PathProxy {
  /** URL with the path, without a slash at its end. */
  url: string;
  close(): Promise<void>;
}

/** @param strips whether the server is asked without the path */
export async function createPathProxy(to: number, path: string, strips: boolean): Promise<PathProxy> {
  const target = ({ url = '/' }: IncomingMessage) => (strips ? url.slice(path.length) || '/' : url);
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url?.startsWith(path))
      return void outgoing.writeHead(404).end('the proxy has nothing there');
    const { method, headers } = incoming;
    const onward = request(
      { port: to, host: '127.0.0.1', path: target(incoming), method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.on('upgrade', (incoming, socket, head) => {
    const onward = connect(to, '127.0.0.1');
    const fields = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    onward.write(`GET ${target(incoming)} HTTP/1.1\r\n${fields.join('')}\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
