// Which papers a record can be printed as follows from its declaration: what it refers to, and whether people come together on a day.
import type { KindDefinition, RecordData, Value } from "../api";
import { kindOf, store } from "../store";

export type Sheet = "consent" | "attendance" | "guide" | "questionnaire" | "record";
const refersTo = (kind: KindDefinition, target: string): boolean => kind.name === target || kind.fields.some((field) => field.refers_to === target);
// People who come together on a day are counted, by the record itself or by those that belong to it.
const kCounts = new Set(["people", "women", "men", "invited"]);
const countsPeople = (kind: KindDefinition): boolean => kind.fields.some((field) => kCounts.has(field.name)) || store.kinds.some((one) => one.part_of !== "" && one.fields.some((field) => field.name === one.part_of && field.refers_to === kind.name) && one.fields.some((field) => kCounts.has(field.name)));
const isGathering = (kind: KindDefinition): boolean => countsPeople(kind) && kind.fields.some((field) => field.name === "held_on") && kind.fields.some((field) => field.name === "place" || field.name === "venue");
export function sheetsOf(kind: KindDefinition | undefined): Sheet[] {
  if (!kind) return [];
  const out: Sheet[] = [];
  if (refersTo(kind, "consent_text")) out.push("consent");
  if (isGathering(kind)) out.push("attendance");
  if (refersTo(kind, "guide")) out.push("guide");
  if (refersTo(kind, "instrument")) out.push("questionnaire");
  out.push("record");
  return out;
}
// The record itself, or the id of the one that it names.
export function targetOf(record: RecordData, target: string): string {
  if (record.kind === target) return record.id;
  const field = kindOf(record.kind)?.fields.find((one) => one.refers_to === target && one.type === "reference");
  return field ? String(record.fields[field.name] ?? "") : "";
}

const kOfPeople = ["participant_code", "organisation", "role", "group", "sex", "age_band"];
// Columns of a sheet that goes round: those by which the kind counts its people. Nothing is filled in before.
export function columnsOfAttendance(kind: KindDefinition): string[] {
  const counting = store.kinds.filter((one) => one.fields.some((field) => field.refers_to === kind.name) && one.fields.filter((field) => kOfPeople.includes(field.name)).length > 1)
    .sort((a, b) => b.fields.filter((field) => kOfPeople.includes(field.name)).length - a.fields.filter((field) => kOfPeople.includes(field.name)).length)[0];
  const shown = (counting ?? kindOf("attendance"))?.fields.filter((field) => kOfPeople.includes(field.name)) ?? [];
  // Where consent is asked for, people are numbers.
  return shown.filter((field) => !isConfidential(kind) || field.name === "sex" || field.name === "age_band").map((field) => field.label);
}
export const isConfidential = (kind: KindDefinition): boolean => kind.fields.some((field) => field.refers_to === "consent_text");

export const inLanguage = (texts: Value | undefined, language: string): { text: string; language: string } => {
  if (typeof texts === "string") return { text: texts, language: "" };
  const all = (texts ?? {}) as Record<string, string>;
  const found = all[language] ? language : all.en ? "en" : Object.keys(all).find((tag) => all[tag]) ?? ""; // an empty text is not a translation
  return { text: all[found] ?? "", language: found };
};
// What is filled in on the spot: {organisation} becomes a line to write on.
export const withLines = (text: string): string => text.replace(/\{\w+\}/g, "__________");

export interface Question { name: string; type: string; label: Record<string, string>; list?: string; relevant?: string }
export interface Instrument { languages?: string[]; questions?: Question[]; lists?: Record<string, { name: string; label: Record<string, string> }[]> }
// "${consent} = 'yes'" in words, where it is as simple as that.
export function conditionOf(instrument: Instrument, expression: string, language: string): { question: string; answer: string } | null {
  const found = /^\s*(?:selected\(\s*)?\$\{(\w+)\}\s*(?:=|,)\s*'([^']*)'\s*\)?\s*$/.exec(expression);
  const question = instrument.questions?.find((one) => one.name === found?.[1]);
  if (!found || !question) return null;
  const choice = instrument.lists?.[question.list ?? ""]?.find((one) => one.name === found[2]);
  return { question: inLanguage(question.label, language).text, answer: choice ? inLanguage(choice.label, language).text : found[2]! };
}
