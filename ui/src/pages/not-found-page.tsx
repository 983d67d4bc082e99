import { Page } from '../layout/page';
import { OVERVIEW } from '../links';
import { Notice } from '../parts/notices';
import { text } from '../text';

export default function NotFoundPage() {
  return (
    <Page title={text.notFound.title}>
      <Notice title={text.notFound.title}>
        <p class="text-soft">{text.notFound.body}</p>
        <a href={OVERVIEW} class="font-medium text-accent hover:underline">
          {text.notFound.home}
        </a>
      </Notice>
    </Page>
  );
}
