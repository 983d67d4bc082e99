/** Button that copies the address, which has the position of the playhead in it. */
import { useLocation } from '@solidjs/router';
import { CopyButton } from '../parts/copy-button';
import { replayText } from './replay-text';

export function CopyLink() {
  const current = useLocation();
  return (
    <CopyButton
      label={replayText.copyLink}
      value={`${location.origin}${current.pathname}${current.search}`}
    />
  );
}
