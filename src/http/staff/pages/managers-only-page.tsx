import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { STAFF_WORDS } from '../words/staff-words.ts';

/** For who may log in but not see or do what is for managers. */
export function managersOnlyPage({ frame }: { frame: StaffFrame }) {
  const words = STAFF_WORDS[frame.locale].managersOnly;
  return (
    <StaffLayout frame={frame} title={words.title}>
      <section class="card tone-amber" role="alert">
        <h1>{words.title}</h1>
        <p>{words.text}</p>
      </section>
    </StaffLayout>
  );
}
