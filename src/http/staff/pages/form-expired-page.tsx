import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { STAFF_WORDS } from '../words/staff-words.ts';

/** For a form that is not ours or of a session that ended: nothing was done, `path` shows the page anew. */
export function formExpiredPage({ frame, path }: { frame: StaffFrame; path: string }) {
  const words = STAFF_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.formExpired}>
      <section class="card tone-amber" role="alert">
        <h1>{words.formExpired}</h1>
        <p>{words.formExpiredAdvice}</p>
      </section>
      <a class="button secondary" href={path}>
        {words.startAgain}
      </a>
    </StaffLayout>
  );
}
