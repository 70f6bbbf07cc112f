"use strict";
// Follows a run: fetches the page again when the server says that something has changed, and puts the parts
// that differ into the place of the old ones. What somebody has opened, typed or focused stays.
(function () {
  const events = document.body.dataset.events;
  if (!events) return;
  const lost = document.querySelector(".lost");

  // The parts of a page by what tells them apart, in their order.
  function parts(page) {
    const found = new Map();
    const add = (element) => found.set(element.id || element.tagName + "." + element.className, element);
    for (const element of page.body.children) {
      if (element.tagName === "MAIN") Array.from(element.children).forEach(add);
      else if (element.tagName !== "NAV" && element.tagName !== "SCRIPT") add(element);
    }
    return found;
  }

  // As the server wrote them, before a script has changed them.
  let written = new Map();
  for (const [key, element] of parts(document)) written.set(key, element.outerHTML);

  const controls = (element) => Array.from(element.querySelectorAll("a, button, input, select, summary, [tabindex]"));

  function exchange(old, fresh) {
    const focus = controls(old).indexOf(document.activeElement);
    const opened = Array.from(old.querySelectorAll("details"), (one) => [one.id, one.open]);
    const fields = Array.from(old.querySelectorAll("input, select"), (one) => (one.type === "radio" ? one.checked : one.value));
    const scrolled = Array.from(old.querySelectorAll(".scroll"), (one) => [one.scrollLeft, one.scrollTop]);
    old.replaceWith(fresh);
    fresh.querySelectorAll("details").forEach((one, index) => {
      const before = one.id ? opened.find(([id]) => id === one.id) : opened[index];
      if (before) one.open = before[1];
    });
    fresh.dispatchEvent(new Event("sfc:replaced", { bubbles: true }));
    const now = fresh.querySelectorAll("input, select");
    if (now.length === fields.length) {
      now.forEach((one, index) => {
        if (one.type === "radio") one.checked = fields[index];
        else one.value = fields[index];
      });
      for (const tools of fresh.querySelectorAll(".tools")) tools.dispatchEvent(new Event("input"));
    }
    fresh.querySelectorAll(".scroll").forEach((one, index) => {
      if (scrolled[index]) [one.scrollLeft, one.scrollTop] = scrolled[index];
    });
    if (focus >= 0) {
      const control = controls(fresh)[focus];
      if (control) control.focus({ preventScroll: true });
    }
  }

  function show(page) {
    const [old, fresh] = [parts(document), parts(page)];
    // The first state of a run makes another page of it.
    if (Array.from(fresh).some(([key, element]) => element.parentElement.tagName !== "MAIN" && !old.has(key))) {
      location.reload();
      return;
    }
    document.title = page.title;
    let last = null;
    for (const [key, element] of fresh) {
      const html = element.outerHTML;
      const before = old.get(key);
      const adopted = document.adoptNode(element);
      if (!before) {
        const main = document.querySelector("main");
        if (last && last.parentElement === main) last.after(adopted);
        else main.prepend(adopted);
        adopted.dispatchEvent(new Event("sfc:replaced", { bubbles: true }));
        last = adopted;
      } else if (written.get(key) !== html) {
        exchange(before, adopted);
        last = adopted;
      } else {
        last = before;
      }
      written.set(key, html);
    }
    for (const [key, element] of old) {
      if (!fresh.has(key)) {
        element.remove();
        written.delete(key);
      }
    }
    if (!page.body.dataset.events) {
      is_over = true;
      hush();
    }
  }

  let is_over = false;
  let is_busy = false;
  let is_stale = false;
  async function renew() {
    is_stale = true;
    if (is_busy) return;
    is_busy = true;
    try {
      while (is_stale) {
        is_stale = false;
        const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
        if (!answer.ok) throw new Error(answer.status);
        show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      }
      lost.textContent = "";
    } catch {
      lost.textContent = "What you see may be old: sfc does not answer.";
    } finally {
      is_busy = false;
    }
  }

  // A browser has few connections to one server: a page that nobody sees keeps none.
  let source = null;
  function hush() {
    if (source) source.close();
    source = null;
  }
  function listen() {
    if (is_over || document.hidden) return;
    source = new EventSource(events);
    source.addEventListener("changed", renew);
    source.addEventListener("error", () => { lost.textContent = "What you see may be old: sfc does not answer."; });
    source.addEventListener("open", () => { lost.textContent = ""; });
  }
  document.addEventListener("visibilitychange", () => {
    hush();
    listen();
  });
  listen();
})();
