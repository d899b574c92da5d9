// Days in the calendars that people write them in: Gregorian, and Solar Hijri as in Afghanistan. What is kept is always
// the Gregorian day as "2026-11-22".
import { isValidJalaaliDate, jalaaliMonthLength, toGregorian, toJalaali } from "jalaali-js";

export type Calendar = "gregorian" | "solar";
export interface Day { year: number; month: number; day: number }
export const kCalendars = ["gregorian", "solar"] as const;
export const otherThan = (calendar: Calendar): Calendar => (calendar === "solar" ? "gregorian" : "solar");

const padded = (number: number, digits = 2): string => String(number).padStart(digits, "0");
const written = ({ year, month, day }: Day, mark: string): string => [padded(year, 4), padded(month), padded(day)].join(mark);
const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

export const monthLength = (calendar: Calendar, year: number, month: number): number => (calendar === "solar" ? jalaaliMonthLength(year, month) : daysOf(year, month));
// The day as the calendar counts it; null where the text is no Gregorian day.
export function dayOf(iso: string, calendar: Calendar): Day | null {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(iso) ?? []).map(Number);
  if (!year || !month || !day || month > 12 || day > daysOf(year, month)) return null;
  if (calendar === "gregorian") return { year, month, day };
  const solar = toJalaali(year, month, day);
  return { year: solar.jy, month: solar.jm, day: solar.jd };
}
// The Gregorian day; empty where the calendar has no such day.
export function isoOf(day: Day, calendar: Calendar): string {
  const iso = (): Day => { const got = toGregorian(day.year, day.month, day.day); return { year: got.gy, month: got.gm, day: got.gd }; };
  if (calendar === "solar") return day.year >= 1 && day.year <= 3177 && isValidJalaaliDate(day.year, day.month, day.day) ? written(iso(), "-") : "";
  return day.year >= 1 && day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= daysOf(day.year, day.month) ? written(day, "-") : "";
}
// As it stands in a field: 2026-11-22, and 1405/09/01, as each is usual.
export const shortDay = (day: Day, calendar: Calendar): string => written(day, calendar === "solar" ? "/" : "-");
// `count` days, months or years later; the last day of a month stays the last where the other is shorter.
export const laterBy = (iso: string, days: number): string => new Date(Date.parse(iso + "T00:00:00Z") + days * 86_400_000).toISOString().slice(0, 10);
export function laterByMonths(iso: string, months: number, calendar: Calendar): string {
  const day = dayOf(iso, calendar)!;
  const all = day.year * 12 + day.month - 1 + months;
  const year = Math.floor(all / 12);
  const month = all - year * 12 + 1;
  return isoOf({ year, month, day: Math.min(day.day, monthLength(calendar, year, month)) }, calendar);
}

const kTurn = 1700; // years before it are Solar years of our time, those from it on Gregorian ones
export const latin = (text: string): string => text.replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0)).replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660));
// What somebody typed: year, month and day, or day, month and year, with digits of any script, and months by name; a day
// and the name of its month are of the year in which they are nearest.
// `months` has the names of each calendar. The answer names the calendar that the year belongs to; null is no day.
export function readDay(text: string, months: Record<Calendar, string[][]>): { iso: string; calendar: Calendar } | null {
  const read = partsOf(text, months);
  const iso = read ? isoOf(read.day, read.calendar) : "";
  return iso ? { iso, calendar: read!.calendar } : null;
}
// The month whose end somebody wrote past, as with a 31st of a month of 30 days.
export function pastEnd(text: string, months: Record<Calendar, string[][]>): { day: Day; days: number; calendar: Calendar } | null {
  const read = partsOf(text, months);
  if (!read || read.day.month < 1 || read.day.month > 12) return null;
  const days = monthLength(read.calendar, read.day.year, read.day.month);
  return read.day.day > days ? { ...read, days } : null;
}
const monthOf = (word: string, names: string[][]): number => names.map((of) => of.findIndex((name) => name.toLowerCase() === word) + 1).find((found) => found > 0) ?? 0;
function nearestOf(words: string[], months: Record<Calendar, string[][]>): { day: Day; calendar: Calendar } | null {
  const [day, name] = (/^\d{1,2}$/.test(words[0]!) ? words : [...words].reverse()) as [string, string];
  const calendar = (["solar", "gregorian"] as const).find((one) => monthOf(name, months[one]) > 0);
  if (!/^\d{1,2}$/.test(day) || !calendar) return null;
  const at = new Date(), now = written({ year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate() }, "-");
  const year = dayOf(now, calendar)!.year;
  const far = (of: number): number => Math.abs(Date.parse(isoOf({ year: of, month: monthOf(name, months[calendar]), day: 1 }, calendar)) - Date.parse(now));
  const nearest = [year - 1, year, year + 1].reduce((best, one) => (far(one) < far(best) ? one : best));
  return { day: { year: nearest, month: monthOf(name, months[calendar]), day: Number(day) }, calendar };
}
function partsOf(text: string, months: Record<Calendar, string[][]>): { day: Day; calendar: Calendar } | null {
  const words = latin(text).toLowerCase().split(/[\s/.\-,،]+/).filter(Boolean);
  if (words.length === 2) return nearestOf(words, months);
  if (words.length !== 3) return null;
  const yearFirst = /^\d{4}$/.test(words[0]!);
  const [year, month, day] = (yearFirst ? words : [...words].reverse()) as [string, string, string];
  if (!/^\d{4}$/.test(year) || !/^\d{1,2}$/.test(day)) return null;
  const calendar: Calendar = Number(year) < kTurn ? "solar" : "gregorian";
  const number = /^\d{1,2}$/.test(month) ? Number(month) : monthOf(month, months[calendar]);
  return { day: { year: Number(year), month: number, day: Number(day) }, calendar };
}
