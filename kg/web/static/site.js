// Small helps on the query page; everything works without them.
const form = document.querySelector("#ask");
const area = document.querySelector("#query");
const LONGEST = 4000; // longer queries go in the body: an address has a limit
if (form && area) {
  form.addEventListener("submit", () => {
    form.method = area.value.length > LONGEST ? "post" : "get";
    const button = document.querySelector("#run");
    button.setAttribute("aria-busy", "true");
    button.textContent = "Running …";
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
}
// On a narrow screen the list of questions is closed, so that the question itself comes first.
const list = document.querySelector("#questions");
if (list) list.open = window.matchMedia("(min-width: 62rem)").matches;
// A page that comes back from the history is not running any more.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
