import type { Grading } from '@hub/telemetry';
import type { Condition } from '../alerts/alerts.ts';

/** Below C someone should look; the components say where. */
export function badGrade(grading: Grading): Condition[] {
  if (grading.state === 'noTraffic' || (grading.grade !== 'D' && grading.grade !== 'F')) return [];
  const bad = grading.components.filter(({ grade }) => grade === 'D' || grade === 'F');
  const why = bad.map(({ component, grade }) => `${component} ${grade}`).join(', ');
  return [
    {
      subject: 'overall',
      tenantId: '_',
      summary: why === '' ? `the grade is ${grading.grade}` : `the grade is ${grading.grade}: ${why}`,
      context: { grade: grading.grade, components: grading.components },
    },
  ];
}
