/** What a process is to find in its environment for its clock to be `minutes` ahead; behind, if negative. */
export function clockAhead(minutes: number): { NODE_OPTIONS: string } {
  const shift = `
    const Right = Date;
    globalThis.Date = class extends Right {
      constructor(...given) { if (given.length > 0) super(...given); else super(Right.now() + ${minutes * 60_000}); }
      static now() { return Right.now() + ${minutes * 60_000}; }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` };
}
