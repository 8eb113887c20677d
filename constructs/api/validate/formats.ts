/** String formats that our schemas use, as the API server checks them (k8s.io/kube-openapi/pkg/validation/strfmt). */
import ipaddr from 'ipaddr.js';

/** A check of a format; what the field's pattern decides already need not be decided again. */
export type FormatCheck = (text: string) => boolean;

/** The checks by name; formats of numbers (`int64`) are covered by bounds. */
export const formats: Readonly<Record<string, FormatCheck>> = {
  cidr: (text) => ipaddr.isValidCIDR(text),
  'date-time': isDateTime,
};

/** The calendar part: the pattern of date-time fields bounds each number, but not the days of a month. */
function isDateTime(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})T/.exec(text);
  if (!match) {
    return false;
  }
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  return day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) {
    return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  }
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
