"use strict";
(function () {
  const all = (selector, under) => Array.from((under || document).querySelectorAll(selector));

  // A link to a step opens what is told of it.
  function open() {
    let at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = at;
    for (; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target) target.scrollIntoView();
  }
  addEventListener("hashchange", open);
  open();

  // Everything is open on paper, and as it was afterwards.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });

  function copies(under) {
    for (const button of all(".copy", under)) {
      if (!navigator.clipboard) break;
      button.hidden = false;
      button.addEventListener("click", () => {
        navigator.clipboard.writeText(button.previousElementSibling.textContent).then(
          () => { button.textContent = "copied"; },
          () => { button.textContent = "not allowed"; },
        );
      });
    }
  }

  // What a cell sorts by: a duration in seconds, a number, or its text.
  function key(cell) {
    const text = cell ? cell.textContent.trim() : "";
    const duration = /^(?:(\d+) h )?(?:(\d+) min ?)?(?:([\d.]+) s)?$/.exec(text);
    if (text && duration) return 3600 * (duration[1] || 0) + 60 * (duration[2] || 0) + +(duration[3] || 0);
    const number = text.replace(/,/g, "").replace("−", "-");
    return text && !isNaN(number) ? +number : text;
  }
  function compare(a, b) {
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
    return typeof a === "number" ? -1 : 1;
  }
  function sorts(under) {
    for (const table of all("table.steps, table.rows", under)) {
      const body = table.tBodies[0];
      const original = Array.from(body.rows);
      if (original.length < 2) continue;
      const heads = Array.from(table.tHead.rows[0].cells);
      heads.forEach((head, index) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => {
          const before = head.getAttribute("aria-sort");
          for (const other of heads) other.removeAttribute("aria-sort");
          const order = before === "ascending" ? "descending" : before ? null : "ascending";
          let rows = original.slice();
          if (order) {
            head.setAttribute("aria-sort", order);
            const keyed = rows.map((row) => [key(row.cells[index]), row]);
            keyed.sort((a, b) => (a[0] === "" ? 1 : b[0] === "" ? -1 : compare(a[0], b[0]) * (order === "descending" ? -1 : 1)));
            rows = keyed.map((pair) => pair[1]);
          }
          body.append(...rows);
        });
      });
    }
  }

  function filters(under) {
    const table = under.querySelector("table.steps");
    const tools = under.querySelector(".tools");
    if (table && tools) {
      const rows = Array.from(table.tBodies[0].rows);
      const [text, status, count] = [tools.querySelector("input"), tools.querySelector("select"), tools.querySelector("output")];
      for (const one of new Set(rows.map((row) => row.cells[0].textContent))) status.add(new Option(one));
      const filter = () => {
        const wanted = text.value.trim().toLowerCase();
        let shown = 0;
        for (const row of rows) {
          const fits = (!status.value || row.cells[0].textContent === status.value) && row.textContent.toLowerCase().includes(wanted);
          row.hidden = !fits;
          shown += fits;
        }
        count.textContent = wanted || status.value ? shown + " of " + rows.length : "";
      };
      tools.addEventListener("input", filter);
      tools.addEventListener("submit", (event) => event.preventDefault());
      tools.hidden = rows.length < 8;
    }
  }

  addEventListener("keydown", (event) => {
    const text = document.querySelector(".tools:not([hidden]) input");
    if (event.key === "/" && text && !/INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName)) {
      event.preventDefault();
      text.focus();
    }
  });

  function start(under) {
    copies(under);
    sorts(under);
    filters(under);
  }
  start(document);
  // Whoever follows a run puts new parts into the place of old ones.
  addEventListener("sfc:replaced", (event) => start(event.target));
})();
