/** The checkout page's whole look: served as a file so that no inline style needs allowing. */
export const CHECKOUT_STYLE = `
:root { color-scheme: light; --ink: #1a1f36; --soft: #697386; --line: #e3e8ee; --accent: #0a7a5a; --warn: #b3261e; }
* { box-sizing: border-box; }
body { margin: 0; background: #f6f8fa; color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 28rem; margin: 0 auto; padding: 1.25rem 1.25rem 3rem; }
.ribbon { margin: 0; padding: .5rem 1rem; background: #fff3cd; color: #664d03; text-align: center; font-size: .875rem; }
header { font-weight: 600; color: var(--soft); padding: .75rem 0; }
h1 { font-size: 1.25rem; margin: .5rem 0; }
.amount { font-size: 2.25rem; font-weight: 700; margin: 0 0 1rem; letter-spacing: -.02em; }
.lines { list-style: none; margin: 0 0 1.5rem; padding: 0; background: #fff; border: 1px solid var(--line); border-radius: .75rem; }
.lines li { display: flex; justify-content: space-between; gap: 1rem; padding: .875rem 1rem; }
.lines li + li { border-top: 1px solid var(--line); }
.lines b { white-space: nowrap; }
small { display: block; color: var(--soft); font-size: .8125rem; font-weight: 400; }
form { display: grid; gap: .75rem; }
label { display: grid; gap: .375rem; font-weight: 600; font-size: .875rem; }
input { font: inherit; font-size: 1rem; font-weight: 400; min-height: 3rem; padding: .5rem .875rem; border: 1px solid var(--soft); border-radius: .75rem; }
input:read-only { background: var(--line); }
button { font: inherit; font-weight: 600; width: 100%; min-height: 3.25rem; padding: .625rem 1rem; border-radius: .75rem; cursor: pointer; }
button:focus-visible, input:focus-visible { outline: 3px solid #8fd3bd; outline-offset: 2px; }
.primary { background: var(--accent); border: 1px solid var(--accent); color: #fff; }
.primary small { color: #d8f3ea; }
.secondary { background: #fff; border: 1px solid var(--line); color: var(--ink); }
.link { background: none; border: 0; color: var(--soft); text-decoration: underline; min-height: 2.75rem; }
.notice, .error { margin: 0; padding: 1rem; background: #fff; border: 1px solid var(--line); border-radius: .75rem; }
.error { border-color: var(--warn); color: var(--warn); }
.hint { color: var(--soft); overflow-wrap: anywhere; }
`;
