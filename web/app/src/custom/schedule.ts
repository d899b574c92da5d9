import { type Calendar, dayOf, isoOf, laterByMonths } from "../calendar";

// Where tasks stand on a line of days, and which of them allow no delay: a task is critical when it ends as late as its followers, or the whole, allow.
export interface Task { id: string; kind: string; title: string; state: string; starts: string; ends: string; after: string[] }
export interface Bar extends Task { from: number; to: number; slack: number; critical: boolean }

const kDay = 86_400_000;
const dayNumber = (date: string): number => Math.round(Date.parse(date + "T00:00:00Z") / kDay);
export const dateOf = (day: number): string => new Date(day * kDay).toISOString().slice(0, 10);

// What a task waits for: those with days, also through others that have none yet.
function datedBefore(task: Task, tasks: Task[]): Set<string> {
  const byId = new Map(tasks.map((one) => [one.id, one]));
  const out = new Set<string>();
  const seen = new Set<string>();
  const open = [...task.after];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const before = byId.get(id);
    if (before?.starts || before?.ends) out.add(id);
    else if (before) open.push(...before.after);
  }
  return out;
}

export function schedule(tasks: Task[]): { bars: Bar[]; first: number; last: number; circles: string[] } {
  const bars = tasks.filter((task) => task.starts || task.ends).map((task) => {
    const to = dayNumber(task.ends || task.starts);
    return { ...task, from: Math.min(to, dayNumber(task.starts || task.ends)), to, slack: 0, critical: false };
  }).sort((a, b) => a.from - b.from || a.to - b.to);
  if (!bars.length) return { bars, first: 0, last: 0, circles: [] };
  const last = Math.max(...bars.map((bar) => bar.to));
  const followers = new Map<string, Bar[]>();
  for (const bar of bars) for (const id of datedBefore(bar, tasks)) followers.set(id, [...(followers.get(id) ?? []), bar]);
  const latest = new Map<string, number>();
  const open = new Set<string>();
  const circles = new Set<string>();
  const latestEnd = (bar: Bar): number => {
    const known = latest.get(bar.id);
    if (known !== undefined) return known;
    if (open.has(bar.id)) { circles.add(bar.title); return last; }
    open.add(bar.id);
    const out = Math.min(last, ...(followers.get(bar.id) ?? []).map((next) => latestEnd(next) - (next.to - next.from) - 1));
    open.delete(bar.id);
    latest.set(bar.id, out);
    return out;
  };
  for (const bar of bars) {
    bar.slack = latestEnd(bar) - bar.to;
    bar.critical = bar.slack <= 0;
  }
  return { bars, first: Math.min(...bars.map((bar) => bar.from)), last, circles: [...circles] };
}
// The first day of every month, as the calendar has months, from the one that holds the first day to the last day.
export function months(first: number, last: number, calendar: Calendar): number[] {
  const out: number[] = [];
  let iso = isoOf({ ...dayOf(dateOf(first), calendar)!, day: 1 }, calendar);
  for (; dayNumber(iso) <= last; iso = laterByMonths(iso, 1, calendar)) out.push(dayNumber(iso));
  return out;
}
