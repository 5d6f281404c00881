/* The page shows what it is told: as text, never as HTML, since names of objects are anybody's. */

const part = (id) => document.getElementById(id);
const say = (text) => (part("state").textContent = text);

/** A child with a text. */
function add(parent, tag, text) {
  const child = document.createElement(tag);
  child.textContent = text;
  parent.append(child);
  return child;
}

/** Which of the buttons can be pressed. */
function allow(...ids) {
  for (const id of ["start", "approve", "cancel"]) part(id).disabled = !ids.includes(id);
}

const usd = (amount) => `USD ${amount.toFixed(6)}`;
let planHash;

/** What is shown of an event, by its type. */
const SHOW = {
  idle() {
    clear();
    allow("start");
    say("Nothing runs.");
  },
  started() {
    clear();
    allow("cancel");
    say("Looking for what is missing.");
  },
  plan(plan) {
    planHash = plan.planHash;
    part("plan").textContent =
      `Plan ${planHash}: ${plan.objects} versions, ${plan.sizeBytes} bytes`;
    part("prices").replaceChildren();
    const total = { what: "Total", vault: null, usd: plan.priceUsd.total };
    for (const line of [...plan.priceUsd.lines, total]) {
      const row = add(part("prices"), "tr", "");
      for (const text of [line.what, line.vault ?? "", usd(line.usd)]) add(row, "td", text);
    }
    for (const what of plan.notIncluded) add(part("told"), "li", `Not in the price: ${what}`);
  },
  question({ text }) {
    allow("approve", "cancel");
    say(text);
  },
  answered({ isApproved }) {
    allow("cancel");
    say(isApproved ? "Approved." : "Declined: the job is cancelled.");
  },
  "job-created"({ jobId, resumed }) {
    add(part("told"), "li", `${resumed ? "Carrying on with" : "Made"} the job ${jobId}`);
  },
  "job-status"({ jobId, status }) {
    say(`The job ${jobId} is ${status}.`);
  },
  "job-progress": showProgress,
  "verify-progress": showProgress,
  "settle-progress": ({ settledCount, totalCount }) =>
    showProgress({ doneCount: settledCount, totalCount }),
  verdict(verdict) {
    const { clean, disagreements, failed, failures, proven, source = "All sources" } = verdict;
    const word = clean ? "clean" : "not clean";
    add(part("verdict"), "li", `${source}: ${word}, ${proven} proven, ${failed} failed`);
    for (const { cause, key, vault = "" } of failures) {
      add(part("verdict"), "li", `${key} ${vault}: ${cause}`);
    }
    for (const text of disagreements) add(part("verdict"), "li", text);
  },
  note: ({ message }) => add(part("told"), "li", message),
  warning: ({ code, message }) => add(part("told"), "li", `${code}: ${message}`),
  error({ code, hint, message, problems = [] }) {
    add(part("verdict"), "li", `${code}: ${message} ${hint}`);
    for (const one of problems) add(part("verdict"), "li", `${one.path}: ${one.message}`);
  },
  ended({ isClean }) {
    allow("start");
    say(isClean ? "Clean: all that is promised is proven." : "Ended, and not clean.");
  },
};

function showProgress({ doneCount, totalCount }) {
  part("progress").max = Math.max(totalCount, 1);
  part("progress").value = doneCount;
}

function clear() {
  for (const id of ["refusal", "plan", "prices", "verdict", "told"]) part(id).replaceChildren();
  showProgress({ doneCount: 0, totalCount: 0 });
}

/** Tells all that was told so far, then what comes. A lost connection is made again, and tells everything anew. */
const events = new EventSource("/events");
events.addEventListener("open", clear);
events.addEventListener("message", ({ data }) => {
  const event = JSON.parse(data);
  SHOW[event.type]?.(event);
});
events.addEventListener("error", () => {
  allow();
  say("The service does not answer. Trying again.");
});

/** Presses one of the service's buttons; what it refuses is shown. */
async function post(path) {
  part("refusal").textContent = "";
  try {
    const response = await fetch(path, { method: "POST" });
    if (response.ok) return;
    const { code, hint, message } = await response.json();
    part("refusal").textContent = [code, message, hint].filter(Boolean).join(" ");
  } catch (error) {
    part("refusal").textContent = `The service does not answer: ${error.message}`;
  }
}
part("start").addEventListener("click", () => post("/start"));
part("approve").addEventListener("click", () => post(`/approve/${planHash}`));
part("cancel").addEventListener("click", () => post("/cancel"));
