/* One sheet, adopted by the shadow root: a page's content policy has nothing to say about it.
   For the seller: --waybill-font, --waybill-radius, --waybill-inset, --waybill-layer, --waybill-colour. The scheme is the page's
   own `color-scheme`, or what data-theme says. */
const STYLE = `
:host { all: initial; color-scheme: inherit; position: fixed; inset-block-end: 0; inset-inline-end: 0; z-index: var(--waybill-layer, 2147483000);
  font: 400 15px/1.5 var(--waybill-font, Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
  --ink: light-dark(#1d2129, #e9ebef); --ink-2: light-dark(#565c68, #a9afbb); --paper: light-dark(#fff, #1b1e25); --canvas: light-dark(#f4f5f7, #262a33);
  --line: light-dark(#e4e6ea, #363b46); --edge: light-dark(#858b97, #767d8b); --bad: light-dark(#b3261e, #ff9d94); --good: light-dark(#1f8a4c, #5fd08d); --warn: light-dark(#8a5a00, #f0b95a);
  --r: var(--waybill-radius, 14px); --gap: var(--waybill-inset, 20px); --quick: 160ms ease-out; color: var(--ink); -webkit-font-smoothing: antialiased }
:host([data-theme=light]) { color-scheme: light } :host([data-theme=dark]) { color-scheme: dark }
:host([hidden]) { display: none }
*, *::before, *::after { box-sizing: border-box } [hidden] { display: none !important }
p, ul, h2, fieldset { margin: 0; padding: 0; border: 0 } ul { list-style: none }
button, input, textarea { font: inherit; color: inherit; letter-spacing: inherit }
button { cursor: pointer; border: 0; background: none; padding: 0 } time { font-variant-numeric: tabular-nums }
svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; flex: none; display: block }
:focus-visible { outline: 2px solid var(--a-text); outline-offset: 2px } :host(:focus-visible) { outline: none }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

.launch { position: absolute; inset-block-end: var(--gap); inset-inline-end: var(--gap); width: 56px; height: 56px; border-radius: 50%; display: grid; place-items: center; background: var(--a); color: var(--a-ink);
  box-shadow: 0 1px 2px rgb(0 0 0 / .12), 0 6px 24px rgb(0 0 0 / .18); transition: transform var(--quick) }
.launch:hover { transform: translateY(-1px) } .launch:focus-visible { outline-offset: 3px } .launch svg { width: 26px; height: 26px }
.count { position: absolute; inset-block-start: -3px; inset-inline-end: -3px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px; background: #b3261e; color: #fff; font-weight: 650; font-size: 12px; line-height: 22px; box-shadow: 0 0 0 2px var(--paper) }

dialog { position: fixed; inset: auto; inset-block-end: calc(var(--gap) + 68px); inset-inline-end: var(--gap); width: min(392px, calc(100vw - 2 * var(--gap))); height: min(640px, calc(100dvh - var(--gap) - 88px)); max-width: none; max-height: none;
  margin: 0; padding: 0; border: 1px solid var(--line); border-radius: var(--r); background: var(--paper); color: var(--ink); overflow: hidden; box-shadow: 0 2px 6px rgb(0 0 0 / .08), 0 16px 48px rgb(0 0 0 / .18) }
dialog[open] { display: flex; flex-direction: column; animation: rise var(--quick) } dialog::backdrop { background: none } dialog:focus-visible { outline: none }
@keyframes rise { from { opacity: 0; transform: translateY(8px) } }
@media (max-width: 520px) { dialog { inset: 0; inset-block-start: var(--top, 0); width: 100%; height: var(--tall, 100dvh); border: 0; border-radius: 0 } :host([data-unfolded]) .launch { visibility: hidden } }

.head { display: flex; align-items: center; gap: 12px; padding: 8px; padding-inline-start: 16px; border-block-end: 1px solid var(--line); min-height: 60px }
.head > div { flex: 1; min-width: 0 } h2 { font-size: 15px; line-height: 1.35; font-weight: 650; letter-spacing: -.01em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.hours { font-size: 13px; line-height: 1.35; color: var(--ink-2); display: flex; align-items: center; gap: 6px } .hours::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: var(--good) } .hours.shut::before { background: var(--warn) }
.icon { width: 44px; height: 44px; display: grid; place-items: center; border-radius: 10px; color: var(--ink-2); flex: none } .icon:hover { background: var(--canvas); color: var(--ink) }
.strip { padding: 8px 16px; font-size: 13px; background: var(--canvas); color: var(--ink-2); border-block-end: 1px solid var(--line) }

.scroll { flex: 1; min-height: 0; overflow: auto; overscroll-behavior: contain; padding: 16px; display: flex; flex-direction: column; gap: 12px; scrollbar-width: thin; scrollbar-color: var(--edge) transparent }
.log { margin-block-start: auto } .log, .unsent, .tail { display: flex; flex-direction: column; gap: 12px } .log:focus-visible { outline-offset: 6px } .unsent:empty, .tail:empty { display: none } .tail { margin-block-start: 4px }
.msg:has(+ .msg.same) .meta, .state { display: none } .own:not(:has(~ .own)) .state { display: inline }
.day { align-self: center; font-size: 12px; color: var(--ink-2) }
.msg { display: grid; gap: 4px; max-width: 86%; justify-items: start; align-self: start; min-width: 0 } .msg.same { margin-block-start: -6px } .msg.same .by { display: none }
.by, .meta { font-size: 12px; line-height: 1.4; color: var(--ink-2) } .by b { font-weight: 550; color: var(--ink) } .meta { display: flex; gap: 8px; align-items: center; flex-wrap: wrap }
.body { white-space: pre-wrap; overflow-wrap: anywhere; padding: 9px 13px; background: var(--canvas); border-radius: 14px; border-start-start-radius: 4px; min-width: 0 }
.body a { color: var(--a-text); text-underline-offset: 2px } .gone { color: var(--ink-2); font-style: italic }
.msg.own { align-self: end; justify-items: end } .own .meta { justify-content: end; text-align: end } .own .body { background: var(--a-soft); border-start-start-radius: 14px; border-start-end-radius: 4px }
.msg.waits .body { opacity: .72 } .msg.system { align-self: center; text-align: center; max-width: 92% } .msg.system .body { background: none; padding: 0; font-size: 13px; color: var(--ink-2) } .msg.system .meta, .msg.system .by { display: none }
.bad { color: var(--bad) } .text { min-height: 24px; color: var(--a-text); font-weight: 550; text-decoration: underline; text-underline-offset: 2px; padding: 0 2px; position: relative } .text::after { content: ""; position: absolute; inset: -10px -4px }
.file { display: flex; align-items: center; gap: 8px; min-height: 44px; padding: 6px 12px; border: 1px solid var(--line); border-radius: 10px; font-size: 13px; color: inherit; text-decoration: none; max-width: 100%; overflow-wrap: anywhere } a.file:hover { background: var(--canvas) } .file span { color: var(--ink-2); white-space: nowrap } .file b { font-weight: 500 }
.types { font-size: 13px; color: var(--ink-2); padding: 0 16px 8px } .fall { position: absolute; inset-block-start: -52px; inset-inline: 0; margin-inline: auto; width: fit-content; min-height: 44px; padding: 0 16px; border-radius: 22px; display: flex; align-items: center; gap: 6px; background: var(--paper); border: 1px solid var(--line); font-size: 13px; font-weight: 550; box-shadow: 0 4px 16px rgb(0 0 0 / .14) } .fall svg { width: 16px; height: 16px }

.chips { display: flex; flex-wrap: wrap; gap: 8px } .chip { min-height: 44px; padding: 0 14px; border: 1px solid light-dark(#cdd1d8, #4a505d); border-radius: 22px; font-weight: 500; font-size: 14px; background: var(--paper); transition: background var(--quick) } .chip:hover { background: var(--canvas); border-color: var(--a-text) }
.card { border: 1px solid var(--line); border-radius: 12px; padding: 14px; display: grid; gap: 10px } .card p { font-size: 13px; color: var(--ink-2) } .card label { display: grid; gap: 4px; font-size: 13px; color: var(--ink-2) } .card .row { display: flex; gap: 8px; flex-wrap: wrap } .card .bad { color: var(--bad) }
.card input { min-height: 44px; width: 100%; padding: 8px 12px; border: 1px solid var(--edge); border-radius: 10px; background: var(--paper); color: var(--ink); font-size: 16px } .card input[aria-invalid=true] { border-color: var(--bad) }
.go, .quiet { min-height: 44px; padding: 0 16px; border-radius: 10px; font-weight: 550; font-size: 14px } .go { background: var(--a); color: var(--a-ink) } .quiet { color: var(--ink-2) } .quiet:hover { background: var(--canvas) } .go[aria-disabled=true] { opacity: .55; cursor: default }
.help { border-block-start: 1px solid var(--line); padding: 8px 16px; max-height: 44%; overflow: auto } .help h3 { font-size: 12px; font-weight: 500; color: var(--ink-2); margin: 0 0 2px } .help summary { min-height: 44px; display: flex; align-items: center; gap: 8px; cursor: pointer; font-size: 14px; font-weight: 550; list-style: none; color: var(--a-text) } .help summary::-webkit-details-marker { display: none } .help summary svg { width: 16px; height: 16px; transition: rotate var(--quick) } .help [open] > summary svg { rotate: 180deg } .help p { white-space: pre-wrap; font-size: 14px; padding-block-end: 8px; overflow-wrap: anywhere } .help a { color: var(--a-text) }

.foot { position: relative; border-block-start: 1px solid var(--line); padding: 8px; padding-block-end: max(8px, env(safe-area-inset-bottom)) } .note { padding: 0 8px 6px; font-size: 13px } .note:empty { display: none }
.tray { display: grid; gap: 6px; padding: 0 4px 8px } .tray:empty { display: none } .tray li { display: grid; grid-template-columns: minmax(0, 1fr) 44px; align-items: center; font-size: 13px; border: 1px solid var(--line); border-radius: 10px; padding-inline-start: 12px; overflow: clip } .tray b { font-weight: 500; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; display: block } .tray div { min-width: 0 } .tray progress { width: 100%; height: 3px; display: block; appearance: none; border: 0; background: var(--line); border-radius: 2px; overflow: hidden } .tray progress::-webkit-progress-bar { background: var(--line) } .tray progress::-webkit-progress-value { background: var(--a-text) } .tray progress::-moz-progress-bar { background: var(--a-text) }
.line { display: flex; align-items: end; gap: 4px } textarea { flex: 1; min-width: 0; min-height: 44px; max-height: 140px; resize: none; field-sizing: content; padding: 10px 12px; border: 1px solid var(--edge); border-radius: 12px; background: var(--paper); line-height: 1.45; font-size: 15px; scrollbar-width: thin } textarea::placeholder, .card input::placeholder { color: var(--ink-2); opacity: 1 } textarea:focus-visible { outline-offset: -1px }
.send { width: 44px; height: 44px; display: grid; place-items: center; border-radius: 12px; background: var(--a); color: var(--a-ink); flex: none } .send[aria-disabled=true] { background: var(--canvas); color: var(--ink-2) }
.drop { outline: 2px dashed var(--a-text); outline-offset: -8px }
@media (pointer: coarse), (max-width: 520px) { textarea { font-size: 16px } }
@media (prefers-reduced-motion: reduce) { *, dialog[open] { animation: none !important; transition: none !important } }
@media (forced-colors: active) { .launch, .send, .go, .body { border: 1px solid } }
`;
