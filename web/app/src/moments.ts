// A moment as people write it, a day and the time of their own clock, and as the server keeps it: the second of the world's clock, "2026-11-22T09:30:00Z".
import { latin } from "./calendar";

export interface Written { day: string; time: string }
const padded = (number: number, digits = 2): string => String(number).padStart(digits, "0");
export const localDay = (at: Date): string => `${padded(at.getFullYear(), 4)}-${padded(at.getMonth() + 1)}-${padded(at.getDate())}`;
export const localTime = (at: Date): string => `${padded(at.getHours())}:${padded(at.getMinutes())}`;
const kBetween = " | "; // parts of what is not yet a moment

// "9:30", "۹:۳۰", "09.30" and "0930" are 09:30; empty where it is no time of a day.
export function readTime(text: string): string {
  const [, hours, minutes] = /^(\d{1,2})\s*[:.٫]?\s*(\d\d)$/.exec(latin(text.trim())) ?? [];
  return hours && Number(hours) < 24 && Number(minutes) < 60 ? `${padded(Number(hours))}:${minutes}` : "";
}
// What stands in the two fields for what is kept; what is no moment yet goes back as it was typed.
export function writtenOf(moment: string): Written {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(moment) && !Number.isNaN(Date.parse(moment))) return { day: localDay(new Date(moment)), time: localTime(new Date(moment)) };
  const [day = "", time = ""] = moment.split(kBetween);
  return { day, time };
}
// Both together as they are kept; with one of them missing or unread, the two as they are, which the server refuses.
export function momentOf({ day, time }: Written): string {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) && readTime(time) ? new Date(`${day}T${readTime(time)}:00`) : null;
  if (at && !Number.isNaN(at.getTime())) return at.toISOString().slice(0, 19) + "Z";
  return day || time ? day + (time && kBetween + time) : "";
}
