/** Whether this Node.js can run the command. Loaded before anything else and by any Node.js, so it is plain and imports nothing. */

/** As in `engines` of package.json. */
const oldest = [22, 19] as const;

/** What is wrong with a version such as `v20.20.2`; undefined when it will do. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
    ? undefined
    : `cellwright needs Node >= ${oldest.join('.')}, this is ${version}: install a newer one, see https://nodejs.org`;
}
