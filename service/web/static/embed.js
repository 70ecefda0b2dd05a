// Shows the form and the answer of Platform Fit on another page:
//   <script src="https://…/static/embed.js" data-lang="nl" data-accent="0d5c6b" data-scheme="light" async></script>
"use strict";

(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const { lang, accent, scheme, title, only, without } = script.dataset;
  const address = new URL("/embed", origin);
  const language = lang || document.documentElement.lang.slice(0, 2);
  if (["nl", "en"].includes(language)) address.searchParams.set("lang", language);
  if (/^#?[0-9a-f]{6}$/i.test(accent || "")) address.searchParams.set("accent", accent.replace("#", ""));
  if (["light", "dark"].includes(scheme)) address.searchParams.set("scheme", scheme);
  if (only) address.searchParams.set("only", only);
  if (without) address.searchParams.set("without", without);

  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = title || "Platform Fit";
  frame.referrerPolicy = "no-referrer";
  frame.allow = "clipboard-write";
  frame.style.cssText = "display:block;width:100%;height:60rem;border:0";
  script.after(frame);

  let shown = 0;
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    if (event.data?.type !== "platform-fit" || !Number.isFinite(event.data.height)) return;
    frame.style.height = `${Math.min(Math.max(event.data.height, 200), 30000)}px`;
  });
  // A new step starts at its top, also when the page around it was scrolled further down.
  frame.addEventListener("load", () => {
    if (shown++ && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });
})();
