import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { STAFF_WORDS } from '../words/staff-words.ts';
import { type Scanned, ScannedOrder } from './pickup-page.tsx';

type ScanPageProps = {
  frame: StaffFrame;
  counters: readonly { id: string; name: string }[];
  /** Where the one who scans stands; empty: anywhere. */
  counterId: string;
  /** What was asked for without the script. */
  scanned?: Scanned;
};

/** The camera where there is one, the order's number for everybody; what is found is shown large (public/scan.js). */
export function scanPage({ frame, counters, counterId, scanned }: ScanPageProps) {
  const words = STAFF_WORDS[frame.locale].scan;
  const scripts = (
    <>
      <script src="/assets/barcode/ponyfill.js" defer />
      <script src="/assets/scan.js" defer />
    </>
  );
  return (
    <StaffLayout frame={frame} title={words.title} head={scripts}>
      <h1 class="unseen">{words.title}</h1>
      <section id="scanner" class="card stack" hidden data-looking={words.looking} data-offline={words.offline}>
        <video id="camera" playsinline muted tabIndex={-1} />
        <p id="state" role="status" data-hint={words.hint} data-refused={words.cameraRefused}>
          {words.hint}
        </p>
        <button id="start" type="button" class="button primary" hidden>
          {words.start}
        </button>
      </section>
      <div id="result" class="stack" aria-live="assertive">
        {scanned && <ScannedOrder frame={frame} scanned={scanned} />}
      </div>
      <button id="next" type="button" class="button secondary" hidden>
        {words.next}
      </button>
      <form id="typed" method="get" action="/staff/scan" class="card fields">
        <label>
          {words.typeNumber}
          <input type="text" name="code" required autocomplete="off" autocapitalize="characters" placeholder="C-1001" />
        </label>
        {counters.length > 1 && (
          <label>
            {words.counter}
            <select name="counter">
              <option value="">{words.anyCounter}</option>
              {counters.map(({ id, name }) => (
                <option value={id} key={id} selected={id === counterId}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="submit" class="button primary">
          {words.show}
        </button>
      </form>
    </StaffLayout>
  );
}
