import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * A call to a vendor that goes wrong. `status` answers that status and does nothing; `lost_answer` does the work and
 * cuts the connection instead of answering; `hang` does nothing and never answers; `hang_after` does the work and never
 * answers.
 */
export type Fault = {
  method?: 'GET' | 'POST' | 'DELETE';
  path: RegExp;
  times?: number;
  kind: 'status' | 'lost_answer' | 'hang' | 'hang_after';
  status?: number;
  body?: unknown;
};

/** Faults that tests order in advance; each is used up by the calls that it hits. */
export class Faults {
  readonly #ordered: Fault[] = [];

  /** The next `times` (1) calls that match go wrong in this way. */
  add(fault: Fault): void {
    this.#ordered.push({ times: 1, ...fault });
  }

  clear(): void {
    this.#ordered.length = 0;
  }

  /** Lets calls go wrong at this point of their way; without `kinds`, in every way. */
  middleware(kinds?: readonly Fault['kind'][]): RequestHandler {
    return (request, response, next) => this.#handle(request, response, next, kinds);
  }

  #handle(request: Request, response: Response, next: NextFunction, kinds?: readonly Fault['kind'][]): void {
    const fault = this.#take(request, kinds);
    if (!fault) {
      next();
      return;
    }
    if (fault.kind === 'hang') return;
    if (fault.kind === 'status') {
      response.status(fault.status ?? 500).json(fault.body ?? { error: { message: 'An error ordered by a test.' } });
      return;
    }
    response.send = () => {
      if (fault.kind === 'lost_answer') request.socket.destroy();
      return response;
    };
    next();
  }

  #take(request: Request, kinds?: readonly Fault['kind'][]): Fault | undefined {
    const index = this.#ordered.findIndex(
      (fault) =>
        fault.path.test(request.path) &&
        (fault.method === undefined || fault.method === request.method) &&
        (kinds === undefined || kinds.includes(fault.kind)),
    );
    const fault = this.#ordered[index];
    if (!fault) return undefined;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) this.#ordered.splice(index, 1);
    return fault;
  }
}
