// The one way to the server. Types follow docs/api.md.
import { found, lost, remember, remembered } from "./connection";

export interface FieldDefinition {
  name: string; label: string; help: string; required: boolean; refers_to: string; within?: string; unit: string; list?: string;
  type: "text" | "long_text" | "translated" | "number" | "integer" | "boolean" | "date" | "timestamp" | "choice" |
    "reference" | "references" | "digest" | "data" | "tags" | "files";
  choices: { value: string; label: string }[]; least?: number | null; greatest?: number | null; not_before?: string; result?: boolean; approval?: boolean; happened?: boolean; happened_in?: string[];
  personal: "none" | "contact" | "identifier";
}
export interface KindDefinition {
  name: string; area: string; label: string; plural: string; purpose: string; complete_at_once: boolean; made_by_program: boolean; title_is_personal: boolean; copied: boolean; in_library: number; period: string; name_field?: string;
  columns: string[]; calculated: { name: string; label: string; help: string; currency: string; factors: string[]; factors_or_one: string[] }[];
  part_of: string; // the field that names the record it is a part of; empty when it stands on its own
  fields: FieldDefinition[]; states: { name: string; label: string }[];
  transitions: { name: string; label: string; from: string; to: string; needs: string[]; gives_up: boolean }[];
}
// `names` says the title in each language, for kinds whose declaration has such a field.
export interface Reference { kind: string; title: string; deleted?: boolean; emptied?: boolean; names?: Record<string, string> }
export interface Code { value: string; label: string }
export interface Kinds { areas: { name: string; label: string }[]; kinds: KindDefinition[]; lists: Record<string, Code[]> }
export type Value = string | number | boolean | null | string[] | Record<string, unknown> | unknown[];
export interface RecordData {
  id: string; kind: string; version: number; title: string; state: string; deleted: boolean;
  created_at: string; created_by: string; changed_at: string; changed_by: string;
  fields: Record<string, Value>; references?: Record<string, Reference>;
  emptied?: boolean; removed_on?: string; // of deleted ones
  transitions?: { name: string; label: string; to: string; missing: string[]; refused_by: string[]; warnings: BrokenRule[] }[];
  rules?: BrokenRule[];
  calculated?: Record<string, number>;
  may?: Deed[];
  locked?: Lock | null; // its own state, or that of its whole, in which it stays as it is
}
export interface Attached { address: string; name: string; size: number }
export interface Lock { kind: string; id: string; title: string; state: string; open: string[]; steps: { name: string; label: string }[] }
export interface BrokenRule { id: string; text: string; blocks: boolean; pointer: string; related?: { kind: string; field: string; with: Record<string, string> } }
export interface Page { records: RecordData[]; total: number; next: string }
export interface Problem { code: string; message: string; pointer?: string; hint?: string }
export interface HistoryLine {
  version: number; at: string; who: string; action: string; reason: string;
  differences: { field: string; before: Value; after: Value }[];
}
export interface Links {
  refers_to: { field: string; kind: string; id: string; title: string }[];
  referred_by: { field: string; kind: string; id: string; title: string; state: string }[];
}
export interface Comment {
  id: string; version: number; text: string; field: string; who: string; at: string; resolved: boolean; unread: boolean;
  assigned_to: { id: string; title: string } | null; mentions: string[]; replies?: Comment[];
}
export interface Present { browser: string; who: string; editing: string }
export interface Welcome { folder: string; open: boolean; workspaces: { name: string; size: number; has_key_file: boolean }[] }
export interface Checks { checked: number; rules: { rule: string; kind: string; label: string; sentence: string; blocks: boolean; count: number; records: { kind: string; id: string; title: string; text: string }[] }[] }
export interface View { name: string; query: Record<string, string>; shared: boolean; who: string; own: boolean }
export interface Hit { kind: string; id: string; title: string; excerpt: string; in_title: boolean }
export type Deed = "look" | "history" | "personal" | "export" | "create" | "change" | "move" | "remove";
export interface Rights { mode: "single" | "team"; login: string; name: string; roles: string[]; kinds: Record<string, Deed[]>; resources: Record<string, Deed[]> }
export interface Session { workspace: { name: string; demo: boolean; demo_language: string; calendar: "" | "gregorian" | "solar"; time_zone: string; today: string } | null; who: string; access: Rights; languages: string[]; version: string }
export interface Access { mode: "single" | "team"; paired: boolean; signed_in: boolean; login: string; name: string }
export interface Pass { id: string; label: string; created_at: string; used_at: string; expires_at: string; roles: string[]; current?: boolean; live?: number }
export interface Grant { id: string; role: string; programme: string; districts: string[]; expires_on: string }
export interface Account {
  id: string; login: string; name: string; disabled: boolean; has_password: boolean; second_factor: boolean;
  sessions: number; tokens: number; seen_at: string; grants: Grant[];
}
export interface PartnerPage {
  do: string; label: string; expires_at: string; kind: KindDefinition | null;
  page: { title: string; rows: { label: string; text: string }[] } | null; file: { name: string } | null;
}
export interface PartnerLink { id: string; label: string; do: string; kind: string; maker: string; created_at: string; used_at: string; expires_at: string }
export interface Home {
  counts: { kind: string; label: string; count: number }[];
  recent: { kind: string; id: string; title: string; who: string; at: string; action: string }[];
  due: { kind: string; id: string; title: string; field: string; date: string; owed: boolean }[]; // what is not owed is only good to know
  open_problems: number;
  comments: { kind: string; id: string; title: string; text: string; who: string; at: string; unread: boolean; assigned: boolean }[];
  unread: number;
}

export interface Job { id: string; do: string; title: string; who: string; state: "waiting" | "running" | "done" | "failed" | "cancelled"; progress: number; started_at: string; ended_at: string; result: Record<string, unknown> | null; error: Problem | null }
export interface Imported { mapping: { column: string; field: string; sure: boolean }[]; rows: number; problems: (Problem & { row?: number; column?: number | string; where?: { row?: number; column?: number } })[]; created: number; changed: number; preview: string[][]; known_sender: boolean; notes: (Problem & { row?: number; column?: number | string })[]; unknown: { kind: string; text: string; beside: string; rows: number }[]; undo?: string }
export interface LibraryEntry { library_id: string; title: string; about: string; language?: string; draft?: boolean; taken?: string }
export interface LibraryPage { entries: LibraryEntry[]; total: number; next?: string }
export interface Undone { records: number; left: { kind: string; id: string; title: string; why: string }[] }
export interface PlaceMatch { code: string; name: string; how: string; place: string; place_title: string; place_code: string; code_list: string; others: string[]; name_is_code: boolean }

export interface Proposal {
  key: string; kind: string; title: string; text: string; paragraphs: number[]; section: string; deliverable: string;
  due: string; due_text: string; payment_share: number | null; working_days: number | null; need: string; sure: boolean;
}
export interface Terms {
  title: string; contract_number: string; starts: string; ends: string; proposals: Proposal[];
  paragraphs: { number: number; kind: string; level: number; label: string; text: string; page: number }[];
}
export type TermsSplit = Terms & { is_cut: boolean };

export interface RoundComparison {
  round: RecordData; not_returned: string[]; columns_missing: string[]; columns_unknown: string[]; problems: Problem[];
  cells: { cell: string; kind: string; id: string; title: string; field: string; label: string; row: number; sent: string; theirs: string; now: string; conflict: boolean; problem: string | null }[];
  rows: { cell: string; kind: string; label: string; row: number; values: { label: string; text: string }[]; problems: string[] }[];
}

export class ApiError extends Error {
  constructor(readonly status: number, readonly problem: Problem, readonly problems: Problem[]) { super(problem.message); }
}

const kToken = "hamdil.token";

// The launch token comes in the fragment, which is never sent anywhere, and leaves the address bar at once.
export function takeToken(): void {
  const found = /(?:^#|&)token=([^&]+)/.exec(location.hash);
  if (!found?.[1]) return;
  sessionStorage.setItem(kToken, found[1]);
  history.replaceState(null, "", location.pathname + location.search);
}
export const hasToken = (): boolean => sessionStorage.getItem(kToken) !== null;

// Told when the server no longer knows who asks.
let signedOut = (): void => {};
export const whenSignedOut = (tell: () => void): void => { signedOut = tell; };

// This window, as the server names it to the others and to itself when something changes.
export const kClient = crypto.randomUUID();

let language = "en";
export const speak = (tag: string): void => { language = tag; };

function headersOf(method: string): Record<string, string> {
  const sent: Record<string, string> = { "Accept-Language": language, "X-Hamdil-Client": kClient };
  const token = sessionStorage.getItem(kToken);
  if (token) sent.Authorization = `Bearer ${token}`;
  if (method !== "GET") sent["X-Hamdil-Request"] = "1"; // a page of another site cannot send this
  return sent;
}
// What the server refused, as an error; whoever is not known any more signs in again.
function refused(status: number, answer: unknown, otherwise: string): ApiError {
  const told = answer as { error?: Problem; problems?: Problem[] };
  if (status === 401) remembered.clear(); // whoever signs in next may see less
  if (told.error?.code === "access.signed_out") signedOut();
  return new ApiError(status, told.error ?? { code: "ui.failed", message: otherwise }, told.problems ?? []);
}

async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, asFile = false): Promise<T> {
  const sent = { ...headersOf(method), ...headers };
  if (body !== undefined && !(body instanceof Blob)) sent["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch("/api/v1" + path, { method, headers: sent, body: body === undefined ? undefined : body instanceof Blob ? body : JSON.stringify(body) });
  } catch {
    lost();
    if (method === "GET" && remembered.has(language + path)) return remembered.get(language + path) as T;
    throw new ApiError(0, { code: "ui.no_server", message: "" }, []);
  }
  found();
  if (response.status === 204) return undefined as T;
  const type = response.headers.get("Content-Type") ?? "";
  const answer = type.includes("json") && !(asFile && response.ok) ? await response.json() : await response.blob();
  if (!response.ok) throw refused(response.status, answer, response.statusText);
  if (method === "GET" && type.includes("json") && !asFile) remember(language + path, answer);
  return answer as T;
}

// A file with its name in a header, which no log keeps; `told` hears how much of it has left, from 0 to 1. Only XMLHttpRequest tells that.
function send<T>(path: string, file: File, told: (part: number) => void, stopped: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1" + path);
    for (const [name, value] of Object.entries(headersOf("POST"))) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Disposition", `attachment; filename*=UTF-8''${encodeURIComponent(file.name.normalize("NFC"))}`);
    request.upload.onprogress = (event): void => told(event.total ? event.loaded / event.total : 0);
    request.onerror = (): void => { lost(); reject(new ApiError(0, { code: "ui.no_server", message: "" }, [])); };
    request.onabort = (): void => reject(new DOMException("stopped", "AbortError"));
    request.onload = (): void => {
      found();
      let answer: unknown = {};
      try { answer = JSON.parse(request.responseText); } catch { /* told by its status */ }
      if (request.status < 300) resolve(answer as T);
      else reject(refused(request.status, answer, request.statusText));
    };
    stopped.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

const of = (kind: string, id?: string): string => `/records/${encodeURIComponent(kind)}${id === undefined ? "" : "/" + encodeURIComponent(id)}`;
const about = (kind: string, id: string): string => `/comments/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`;
const match = (version: number): Record<string, string> => ({ "If-Match": `"${version}"` });

// What a job found, once it has ended; what it could not do is told as an answer would tell it.
async function ended(id: string): Promise<Record<string, unknown>> {
  for (;;) {
    const job = await api.job(id);
    if (job.state === "done") {
      const result = job.result as { error?: Problem; problems?: Problem[] };
      if (result.error) throw new ApiError(422, result.error, result.problems ?? []);
      return job.result!;
    }
    if (job.state === "failed" || job.state === "cancelled") throw new ApiError(409, job.error ?? { code: "jobs.cancelled", message: "" }, []);
    await new Promise((again) => setTimeout(again, 300));
  }
}

export const api = {
  session: () => call<Session>("GET", "/session"),
  kinds: () => call<Kinds>("GET", "/kinds"),
  messages: (tag: string) => call<Record<string, string>>("GET", `/messages/${encodeURIComponent(tag)}`),
  home: () => call<Home>("GET", "/home"),
  list: (kind: string, query: URLSearchParams) => call<Page>("GET", `${of(kind)}?${query}`),
  show: (kind: string, id: string) => call<RecordData>("GET", of(kind, id)),
  create: (kind: string, title: string, fields: Record<string, Value>, key: string) =>
    call<RecordData>("POST", of(kind), { title, fields }, { "Idempotency-Key": key }),
  change: (record: RecordData, body: { title?: string; fields?: Record<string, Value> }) =>
    call<RecordData>("PATCH", of(record.kind, record.id), body, match(record.version)),
  outlook: (kind: string, fields: Record<string, Value>) => call<Pick<RecordData, "transitions" | "rules">>("POST", `${of(kind)}/outlook`, { fields }),
  copy: (kind: string, body: { ids?: string[]; month?: string; months?: number; calendar?: string; dry_run?: boolean }, key: string) => call<{ records: RecordData[]; undo?: string }>("POST", `${of(kind)}/copy`, body, { "Idempotency-Key": key }),
  undo: (id: string) => call<Undone>("POST", `/imports/${encodeURIComponent(id)}/undo`, {}),
  remove: (record: RecordData) => call<void>("DELETE", of(record.kind, record.id), undefined, match(record.version)),
  restore: (kind: string, id: string) => call<RecordData>("POST", `${of(kind, id)}/restore`, {}),
  revert: (kind: string, id: string, version: number) => call<RecordData>("POST", `${of(kind, id)}/revert`, { version }),
  move: (kind: string, id: string, transition: string) => call<RecordData>("POST", `${of(kind, id)}/transitions/${encodeURIComponent(transition)}`, {}),
  history: (kind: string, id: string) => call<{ lines: HistoryLine[]; references: Record<string, Reference> }>("GET", `${of(kind, id)}/history`),
  attach: (kind: string, id: string, file: File, told: (part: number) => void, stopped: AbortSignal) => send<RecordData>(`${of(kind, id)}/files`, file, told, stopped),
  attached: (kind: string, id: string, address: string) => call<Blob>("GET", `${of(kind, id)}/files/${address}`, undefined, {}, true),
  detach: (kind: string, id: string, address: string) => call<RecordData>("DELETE", `${of(kind, id)}/files/${address}`),
  links: (kind: string, id: string) => call<Links>("GET", `${of(kind, id)}/links`),
  search: (words: string, kind = "") => call<{ hits: Hit[] }>("GET", `/search?${new URLSearchParams({ words, ...(kind && { kind }) })}`),
  exported: (kind: string, format: string, query: URLSearchParams, names = false) => call<Blob>("GET", `/export/${encodeURIComponent(kind)}?${new URLSearchParams({ ...Object.fromEntries(query), format, ...(format !== "json" && { language }), ...(names && { names: "true" }) })}`, undefined, {}, true),
  library: (kind: string, query: URLSearchParams) => call<LibraryPage>("GET", `/library/${kind}?${query}`),
  takeFromLibrary: (kind: string, ids: string[], key: string) => call<{ records: { id: string; title: string }[]; made: number; undo?: string }>("POST", `/library/${kind}`, { library_ids: ids }, { "Idempotency-Key": key }),
  imported: async (kind: string, file: Blob, dryRun: boolean, mapping: Record<string, string>, how: { sender?: string; leave_out?: boolean } = {}): Promise<Imported> => {
    const got = await call<Imported | { id: string }>("POST", `/import/${encodeURIComponent(kind)}?${new URLSearchParams({ dry_run: String(dryRun), ...(Object.keys(mapping).length && { mapping: JSON.stringify(mapping) }), ...(how.sender && { sender: how.sender }), ...(how.leave_out && { leave_out: "true" }) })}`, file);
    return "rows" in got ? got : (await ended(got.id)) as unknown as Imported;
  },
  keepJoined: (kind: string, sender: string, references: Record<string, Record<string, string>>) => call<void>("POST", `/import/${encodeURIComponent(kind)}/references`, { sender, references }),
  matchPlaces: (places: { code: string; name: string }[]) => call<{ matches: PlaceMatch[] }>("POST", "/places/match", { places }),
  jobs: () => call<{ jobs: Job[] }>("GET", "/jobs"),
  splitTerms: (file: Blob) => call<TermsSplit>("POST", "/terms/split", file),
  confirmTerms: (terms: Terms) => call<{ records: RecordData[] }>("POST", "/terms", terms, { "Idempotency-Key": crypto.randomUUID() }),
  sendRound: (what: string, query: Record<string, string>) => call<Blob>("POST", `/rounds/out/${encodeURIComponent(what)}?${new URLSearchParams(query)}`, undefined, {}, true),
  receiveRound: (file: Blob, returnedBy: string) => call<RoundComparison>("POST", `/rounds/in?${new URLSearchParams({ returned_by: returnedBy })}`, file),
  compareRound: (id: string) => call<RoundComparison>("GET", `/rounds/${encodeURIComponent(id)}/comparison`),
  decideRound: (id: string, decisions: { cell: string; accept: boolean; reason: string }[]) =>
    call<{ accepted: number; refused: number; records: RecordData[] }>("POST", `/rounds/${encodeURIComponent(id)}/decisions`, { decisions }, { "Idempotency-Key": crypto.randomUUID() }),
  products: (cursor = "") => call<{ products: Record<string, unknown>[]; total: number; next: string }>("GET", `/products${cursor && `?cursor=${encodeURIComponent(cursor)}`}`),
  startJob: (body: Record<string, unknown>) => call<{ id: string }>("POST", "/jobs", body),
  job: (id: string) => call<Job>("GET", `/jobs/${encodeURIComponent(id)}`),
  cancelJob: (id: string) => call<void>("DELETE", `/jobs/${encodeURIComponent(id)}`),
  file: (name: string) => call<Blob>("GET", `/files/${encodeURIComponent(name)}`, undefined, {}, true),
  trace: (reference: string) => call<Record<string, unknown>>("GET", `/trace/${encodeURIComponent(reference)}`),
  access: () => call<Access>("GET", "/access"),
  pair: (pin: string) => call<void>("POST", "/access/device", { pin }),
  signIn: (login: string, password: string, code: string) => call<{ login: string }>("POST", "/access/session", { login, password, ...(code && { code }) }),
  signOut: () => call<void>("DELETE", "/access/session"),
  changePassword: (old: string, password: string) => call<void>("POST", "/access/password", { old, password }),
  startSecondFactor: (password: string) => call<{ secret: string; address: string }>("POST", "/access/second-factor", { password }),
  confirmSecondFactor: (code: string, password: string) => call<{ recovery_codes: string[] }>("POST", "/access/second-factor/confirm", { code, password }),
  endSecondFactor: (password: string) => call<void>("POST", "/access/second-factor/end", { password }),
  sessions: () => call<{ passes: Pass[]; second_factor: boolean }>("GET", "/access/sessions"),
  tokens: () => call<{ passes: Pass[] }>("GET", "/access/tokens"),
  endPass: (what: "sessions" | "tokens" | "devices", id: string) => call<void>("DELETE", `/access/${what}/${encodeURIComponent(id)}`),
  newToken: (label: string, days: number) => call<{ token: string }>("POST", "/access/tokens", { label, days }),
  newPin: () => call<{ pin: string; until: string }>("POST", "/access/pin", {}),
  devices: () => call<{ passes: Pass[] }>("GET", "/access/devices"),
  accounts: () => call<{ accounts: Account[]; roles: string[] }>("GET", "/access/accounts"),
  newAccount: (login: string, name: string, password: string) => call<{ id: string }>("POST", "/access/accounts", { login, name, password }),
  setPassword: (id: string, password: string) => call<void>("POST", `/access/accounts/${encodeURIComponent(id)}/password`, { password }),
  resetSecondFactor: (id: string) => call<void>("DELETE", `/access/accounts/${encodeURIComponent(id)}/second-factor`),
  endSessions: (id: string) => call<void>("DELETE", `/access/accounts/${encodeURIComponent(id)}/sessions`),
  welcome: () => call<Welcome>("GET", "/welcome"),
  createWorkspace: (name: string, passphrase: string) => call<{ recovery_key: string; key_file: string }>("POST", "/welcome/create", { name, ...(passphrase && { passphrase }) }),
  openWorkspace: (body: { name: string; passphrase?: string; recovery_key?: string }) => call<{ open: boolean }>("POST", "/welcome/open", body),
  openDemo: (language: string) => call<{ open: boolean }>("POST", "/welcome/demo", { language }),
  removeDemo: () => call<{ records: number }>("POST", "/demo:remove", {}),
  translateDemo: (language: string) => call<{ records: number }>("POST", "/demo:translate", { language }),
  look: (reference: string, reason: string) => call<Record<string, unknown>>("POST", `/trace/${encodeURIComponent(reference)}/look`, { reason }),
  checks: () => call<Checks>("GET", "/checks"),
  views: (kind: string) => call<{ views: View[] }>("GET", `/views/${encodeURIComponent(kind)}`),
  keepView: (kind: string, name: string, query: Record<string, string>, shared: boolean) => call<{ views: View[] }>("POST", `/views/${encodeURIComponent(kind)}`, { name, query, shared }),
  dropView: (kind: string, view: View) => call<{ views: View[] }>("DELETE", `/views/${encodeURIComponent(kind)}/${encodeURIComponent(view.name)}?shared=${view.shared}`),
  comments: (kind: string, id: string) => call<{ threads: Comment[] }>("GET", about(kind, id)),
  comment: (kind: string, id: string, body: Record<string, unknown>, key: string) => call<{ threads: Comment[] }>("POST", about(kind, id), body, { "Idempotency-Key": key }),
  changeThread: (kind: string, id: string, comment: string, body: Record<string, unknown>) => call<{ threads: Comment[] }>("PATCH", `${about(kind, id)}/${comment}`, body),
  readComments: (kind: string, id: string) => call<{ threads: Comment[] }>("POST", `${about(kind, id)}/read`, {}),
  names: (words: string) => call<{ names: string[] }>("GET", `/names?${new URLSearchParams({ words })}`),
  presence: (body: { kind: string; id: string; browser: string; editing?: string; gone?: boolean }) => call<{ people: Present[] }>("POST", "/presence", body),
  partner: (secret: string) => call<PartnerPage>("GET", "/partner", undefined, { "X-Hamdil-Link": secret }),
  sendPartner: (secret: string, key: string, title: string, fields: Record<string, Value>) => call<{ received: string }>("POST", "/partner", { title, fields }, { "X-Hamdil-Link": secret, "Idempotency-Key": key }),
  partnerFile: (secret: string) => call<Blob>("GET", "/partner/file", undefined, { "X-Hamdil-Link": secret }, true),
  partnerLinks: () => call<{ links: PartnerLink[] }>("GET", "/partner-links"),
  newPartnerLink: (body: Record<string, unknown>) => call<{ path: string }>("POST", "/partner-links", body),
  endPartnerLink: (id: string) => call<void>("DELETE", `/partner-links/${encodeURIComponent(id)}`),
  ping: () => call<unknown>("GET", "/access"),
  ticket: () => call<{ ticket: string }>("POST", "/events/ticket", {}),
};
