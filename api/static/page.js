// What every page does with scripts on. Each page can be read and used without.

// Times are shown in the reader's own zone; the stored one stays in the title.
function tellTimes(inside) {
  for (const time of inside.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.dateTime;
    if (!time.hasAttribute("data-relative")) time.textContent = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
}
tellTimes(document);

// Light and dark, turned over by a button that is hidden without scripts.
const themeButton = document.querySelector("#theme");
if (themeButton) {
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const tell = () => themeButton.setAttribute("aria-pressed", String(isDark()));
  themeButton.hidden = false;
  tell();
  themeButton.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("theme", theme);
    tell();
  });
}

// Filters act at once; the button that does it without scripts goes. Empty fields stay out of the address.
for (const form of document.querySelectorAll("form.filters")) {
  const send = () => {
    const fields = [...new FormData(form)].filter(([, value]) => value !== "");
    location.assign(`${form.action.split("?")[0]}?${new URLSearchParams(fields)}`);
  };
  form.addEventListener("change", (event) => { if (event.target.matches("select")) send(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
}

// A form that writes is sent once.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", () => { for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true"); });
}
