/** An audit for people: findings by severity, then what helps, then what nobody looked at. */
import { byCodeUnit } from '../../constructs/synth/order.ts';
import type { AuditReport } from '../../runner/audit/audit.ts';
import { findingKinds } from '../../runner/audit/finding-kinds.ts';
import { objectText, severities } from '../../runner/audit/finding.ts';
import type { Finding, Severity } from '../../runner/audit/finding.ts';
import { table } from '../output/table.ts';
import { line, styled } from '../terminal.ts';

const colours = { critical: 'red', warning: 'yellow', info: 'dim' } as const;

/** Writes the report. */
export function showReport(stream: NodeJS.WriteStream, report: AuditReport): void {
  for (const severity of severities) showFindings(stream, severity, arranged(report, severity));
  showHelp(stream, report);
  if (report.notChecked.length > 0) {
    line(stream, styled(stream, 'bold', `NOT CHECKED (${report.notChecked.length})`));
    const rows = report.notChecked.map(({ what, why, fix }) => [what, why, fix].map(printable));
    line(stream, `${table(['WHAT', 'WHY', 'FIX'], rows)}\n`);
  }
  line(stream, summary(report));
}

function showFindings(stream: NodeJS.WriteStream, severity: Severity, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  line(stream, styled(stream, [colours[severity], 'bold'], `${severity.toUpperCase()} (${findings.length})`));
  const rows = findings.map(({ id, object, why }) => [id, printable(objectText(object)), printable(why)]);
  line(stream, `${table(['ID', 'OBJECT', 'WHY'], rows)}\n`);
}

/** Once for each kind of finding: a thousand of one kind are mended alike. */
function showHelp(stream: NodeJS.WriteStream, { findings }: AuditReport): void {
  const ids = new Set(findings.map(({ id }) => id));
  const rows = Object.entries(findingKinds).flatMap(([id, { fix }]) =>
    ids.has(id as Finding['id']) ? [[id, fix]] : [],
  );
  if (rows.length > 0) line(stream, `${styled(stream, 'bold', 'WHAT HELPS')}\n${table(['ID', 'FIX'], rows)}\n`);
}

function summary({ findings, notChecked, tenants, networkPlugin, installedVersion }: AuditReport): string {
  const counts = severities.map(
    (severity) => `${findings.filter((one) => one.severity === severity).length} ${severity}`,
  );
  return [
    `${tenants} ${tenants === 1 ? 'tenant' : 'tenants'}, Cellwright ${installedVersion ?? '(no runner)'}, network plugin: ${networkPlugin ?? 'none that is known'}`,
    `${counts.join(', ')}${notChecked.length === 0 ? '' : `, ${notChecked.length} not checked`}`,
  ].join('\n');
}

function arranged({ findings }: AuditReport, severity: Severity): Finding[] {
  const key = ({ id, object }: Finding): string => `${id} ${objectText(object)}`;
  return findings.filter((one) => one.severity === severity).sort((left, right) => byCodeUnit(key(left), key(right)));
}

/** Messages hold what others wrote: no escape sequence of it may reach the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
