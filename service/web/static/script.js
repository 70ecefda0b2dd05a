// Makes the pages smoother. Everything works without it.
"use strict";

// "We do not know" and an answer exclude each other; no more answers than the question allows.
for (const field of document.querySelectorAll("fieldset.question")) {
  const boxes = [...field.querySelectorAll("input[type=checkbox]")];
  const limit = Number(field.dataset.limit) || Infinity;
  const check = (changed) => {
    if (changed?.checked) {
      for (const box of boxes) {
        if (box !== changed && (changed.value === "unknown" || box.value === "unknown")) box.checked = false;
      }
    }
    const full = boxes.filter((box) => box.checked).length >= limit;
    for (const box of boxes) box.disabled = full && !box.checked && box.value !== "unknown";
  };
  field.addEventListener("change", (event) => boxes.includes(event.target) && check(event.target));
  check();
}

// Wishes are ranked by ticking: the first that is ticked matters most. The lists, which work without script, hold the
// answer; they are out of sight.
for (const list of document.querySelectorAll(".ordered")) {
  const selects = [...list.querySelectorAll("select")];
  let order = selects.map((select) => select.value).filter(Boolean);
  const cards = document.createElement("div");
  cards.className = "options many";
  for (const { value, text } of selects[0].options) {
    if (!value) continue;
    const card = document.createElement("label");
    card.className = value === "unknown" ? "option unknown" : "option";
    card.innerHTML = '<input type="checkbox"><span></span>';
    card.firstChild.value = value;
    // A letter or two stay with their word, as in all that the server writes.
    card.lastChild.textContent = text.replace(/(?<!\p{L})(\p{L}{1,2})-(?=\p{L})/gu, "$1\u2011");
    cards.append(card);
  }
  const show = () => {
    for (const card of cards.children) {
      const box = card.firstChild;
      const place = box.value === "unknown" ? -1 : order.indexOf(box.value);
      box.checked = order.includes(box.value);
      box.disabled = !box.checked && box.value !== "unknown" && order.length >= selects.length;
      card.querySelector(".ticked")?.remove();
      if (place >= 0) card.insertAdjacentHTML("beforeend", `<b class="ticked">${place + 1}</b>`);
    }
    selects.forEach((select, place) => (select.value = order[place] || ""));
  };
  cards.addEventListener("change", ({ target }) => {
    order = order.filter((code) => code !== target.value && code !== "unknown" && target.value !== "unknown");
    if (target.checked) order.push(target.value);
    show();
  });
  list.hidden = true;
  list.after(cards);
  show();
}

// A follow-up question only shows when it applies, so not beside one that does not show itself.
for (const field of document.querySelectorAll("fieldset[data-follows]")) {
  const form = field.form;
  const when = field.dataset.when.split(" ");
  const followed = form.querySelector(`[name="${field.dataset.follows}"]`);
  const check = () => {
    const chosen = form.elements[field.dataset.follows];
    if (chosen) field.hidden = field.disabled = !when.includes(chosen.value) || followed.matches(":disabled");
  };
  form.addEventListener("change", check);
  check();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    document.querySelector("[data-copied]").textContent = button.dataset.done;
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = before), 2000);
  });
}

// The name of a community stays in the fragment of the address, which no browser sends to a server: it goes along with
// every link and form, and stands in the link and the mail that are shared.
const nameField = document.getElementById("community");
let community = new URLSearchParams(location.hash.slice(1)).get("name") || "";
const fragment = () => (community ? `#name=${encodeURIComponent(community)}` : "");
const shared = [...document.querySelectorAll(".share #link, [data-mail]")].map((one) => [one, one.value || one.href]);
const showName = () => {
  for (const one of document.querySelectorAll("[data-community]")) {
    one.textContent = community;
    one.hidden = !community;
  }
  const link = shared[0]?.[1];
  for (const [one, plain] of shared) {
    if (one.value !== undefined) one.value = plain + fragment();
    else {
      const named = plain.replace(encodeURIComponent(link), encodeURIComponent(link + fragment()));
      one.href = community ? named.replace("subject=", `subject=${encodeURIComponent(`${community}: `)}`) : plain;
    }
  }
};
if (nameField) {
  nameField.value = community;
  nameField.closest(".name-field").classList.add("no-print");
  nameField.addEventListener("input", () => {
    community = nameField.value.trim();
    history.replaceState(null, "", location.pathname + location.search + fragment());
    showName();
  });
}
showName();
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (community && link && !link.hash) link.hash = fragment();
});
addEventListener("submit", (event) => {
  const sender = event.submitter?.hasAttribute("formaction") ? event.submitter : event.target;
  const name = sender === event.target ? "action" : "formaction";
  if (community) sender.setAttribute(name, (sender.getAttribute(name) || location.pathname + location.search) + fragment());
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A link to something in a fold opens that fold, also where the browser does not do so.
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const folds = [];
  for (let fold = target && target.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) folds.push(fold);
  for (const fold of folds) fold.open = true;
  if (folds.length) target.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();

// A list of mistakes is where reading goes on.
document.getElementById("mistakes")?.focus();

// In a frame: tell the page around it how high this page is.
if (window.parent !== window) {
  const tell = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    window.parent.postMessage({ type: "platform-fit", height }, "*");
  };
  new ResizeObserver(tell).observe(document.documentElement);
  tell();
}
