// The page of a run: ticking, the keyboard, more deltas on demand, and progress while the run is under way.
const list = document.querySelector("#deltas");
const certify = document.querySelector("#certify");

if (certify && list) {
  const told = document.querySelector("#ticked");
  const ticks = () => [...list.querySelectorAll('input[name="accept"]')];
  const refresh = () => {
    const ticked = ticks().filter((box) => box.checked).length;
    for (const delta of list.querySelectorAll(".delta")) delta.classList.toggle("ticked", Boolean(delta.querySelector('input[name="accept"]')?.checked));
    for (const group of list.querySelectorAll(".group")) {
      const all = group.querySelector("input[data-group]");
      const own = [...group.querySelectorAll('input[name="accept"]')];
      if (!all) continue;
      all.checked = own.length > 0 && own.every((box) => box.checked);
      all.indeterminate = !all.checked && own.some((box) => box.checked);
    }
    told.textContent = ticked === 1 ? "1 difference ticked" : `${ticked} differences ticked`;
  };
  list.addEventListener("change", (event) => {
    if (event.target.matches("input[data-group]")) {
      for (const box of event.target.closest(".group").querySelectorAll('input[name="accept"]')) box.checked = event.target.checked;
    }
    refresh();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=text], input[type=search], select, textarea")) return;
    const deltas = [...list.querySelectorAll(".delta")];
    const at = deltas.indexOf(document.activeElement.closest(".delta"));
    if (event.key === "j" || event.key === "k") {
      const to = deltas[Math.max(0, Math.min(deltas.length - 1, at + (event.key === "j" ? 1 : -1)))];
      if (to) { to.focus({ preventScroll: true }); to.scrollIntoView({ block: "nearest" }); }
    } else if (event.key === "x" && at >= 0) {
      const box = deltas[at].querySelector('input[name="accept"]');
      if (box) { box.checked = !box.checked; refresh(); }
    } else if (event.key === "c") {
      certify.requestSubmit();
    } else return;
    event.preventDefault();
  });
  for (const box of list.querySelectorAll("input[data-group]")) box.closest("label").hidden = false;
  refresh();
  // A page that comes back from the history keeps its ticks.
  addEventListener("pageshow", refresh);

  // The next page is fetched and put behind this one.
  document.addEventListener("click", async (event) => {
    const more = event.target.closest("a#more");
    if (!more || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    more.setAttribute("aria-busy", "true");
    const answer = await fetch(more.href);
    if (!answer.ok) { location.assign(more.href); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const groups = [...page.querySelectorAll("#deltas > .group")];
    const first = groups[0]?.querySelector(".delta");
    for (const group of groups) {
      const known = list.querySelector(`.group[data-name="${CSS.escape(group.dataset.name)}"]`);
      if (known) known.append(...group.querySelectorAll(".delta")); else list.append(group);
    }
    for (const box of list.querySelectorAll("input[data-group]")) box.closest("label").hidden = false;
    const next = page.querySelector("#more");
    if (next) more.replaceWith(next); else more.remove();
    first?.focus();
    refresh();
  });
}

// While the run is under way its events tell how far it is; the page is loaded again at its end.
const live = document.querySelector("#live");
if (live) {
  const events = new EventSource(live.dataset.events);
  const reached = (word, text) => {
    live.querySelector(`[data-step="${word}"]`)?.classList.add("done");
    live.querySelector("[role=status]").textContent = text;
    // The sign before the word stays.
    if (word !== "queued") document.querySelector(".verdict .badge").lastChild.data = "Running";
  };
  for (const [word, text] of [["queued", "Waiting for a worker."], ["started", "A worker has it."], ["collecting", "Listing both sides."], ["storing", "Storing the outcome."]]) {
    events.addEventListener(word, () => reached(word, text));
  }
  events.addEventListener("comparing", (event) => {
    const { done, total } = JSON.parse(event.data).data;
    reached("comparing", `Comparing files: ${done} of ${total}.`);
  });
  for (const end of ["succeeded", "failed", "cancelled"]) {
    events.addEventListener(end, () => { events.close(); location.reload(); });
  }
}
