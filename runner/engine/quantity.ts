/** Amounts as Kubernetes writes them: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/. */

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** Bytes, cores or pieces, as one number; undefined for what is no amount, and for forms that nobody writes (`1e3`, negative). */
export function amountOf(quantity: unknown): number | undefined {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?)([numkMGTP]|[KMGTP]i)?$/.exec(String(quantity)) ?? [];
  const factor = factors[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** Whether both are amounts and the first is smaller; of what is none nothing is known. */
export function isSmaller(left: unknown, right: unknown): boolean {
  const [smaller, larger] = [amountOf(left), amountOf(right)];
  return smaller !== undefined && larger !== undefined && smaller < larger;
}
