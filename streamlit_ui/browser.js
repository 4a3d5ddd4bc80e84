// What only the browser can do for the page. Called by Streamlit at every run with what persistence.py hands over.

const KEY = "film-words"; // of the tab's own storage, which is gone with the tab
const ENTER_MILLISECONDS = 120; // a field hands over its value first
const NARROW_PIXELS = 640; // below it the answer stands under the form, out of sight

let visit; // the page server's name for this visit
let requestedAt; // when the service was last asked, as far as this tab has seen

export default function ({ data, setStateValue }) {
  document.documentElement.lang = data.language;
  if (data.visit === visit) {
    sessionStorage.setItem(KEY, JSON.stringify(data.words));
  } else {
    visit = data.visit; // a fresh page, or a page server that was restarted
    const kept = read();
    if (Object.keys(kept).length) {
      setStateValue("words", kept);
    }
  }

  if (requestedAt !== undefined && requestedAt !== data.requested_at && window.innerWidth < NARROW_PIXELS) {
    document.querySelector(".st-key-outcome")?.scrollIntoView();
  }
  requestedAt = data.requested_at;

  const send = (event) => {
    const field = event.target;
    const typed =
      field.matches?.(".st-key-film input:not([role=combobox])") ||
      (field.matches?.(".st-key-film textarea") && (event.ctrlKey || event.metaKey));
    if (event.key === "Enter" && typed && !event.isComposing) {
      setTimeout(() => document.querySelector(".st-key-predict button")?.click(), ENTER_MILLISECONDS);
    }
  };
  document.addEventListener("keydown", send);
  return () => document.removeEventListener("keydown", send);
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    sessionStorage.removeItem(KEY);
    return {};
  }
}
