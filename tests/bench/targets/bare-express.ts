/** An Express route as one would first write it: body parser, the same checks, nothing stored. */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { answerTo, isReport } from './check-by-hand.js';

const app = express();
app.use(express.json());
app.post(/^\/webhook\//, (request, response) => {
  if (!isReport(request.body)) {
    response.sendStatus(422);
    return;
  }
  response.status(202).type('json').send(answerTo(request.body));
});
const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
