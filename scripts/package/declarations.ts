/** Types for compilers of any age: the declarations of everything that `index.ts` reaches. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Compiling failed; the message is the compiler's. */
export class CompileError extends Error {
  readonly code = 'package.compile';

  constructor(diagnostics: readonly ts.Diagnostic[], root: string) {
    const host = {
      getCurrentDirectory: () => root,
      getCanonicalFileName: (name: string) => name,
      getNewLine: () => '\n',
    };
    super(`the package does not compile:\n${ts.formatDiagnostics(diagnostics, host)}`);
    this.name = 'CompileError';
  }
}

/**
 * Writes the declarations below the folder that tsconfig.package.json names.
 * @param root of the repository
 * @throws CompileError
 */
export function emitDeclarations(root: string): void {
  const { options, fileNames, errors } = readConfig(path.join(root, 'tsconfig.package.json'));
  const outDir = options.outDir ?? root;
  const program = ts.createProgram({ rootNames: fileNames, options, configFileParsingDiagnostics: errors });
  const emitted = new Map<string, string>();
  const keep = (file: string, text: string): void => {
    emitted.set(path.resolve(file), text);
  };
  const result = program.emit(undefined, keep, undefined, true, { afterDeclarations: [withJavaScriptSpecifiers] });
  const all = ts.sortAndDeduplicateDiagnostics([...ts.getPreEmitDiagnostics(program), ...result.diagnostics]);
  if (result.emitSkipped || all.length > 0) {
    throw new CompileError(all, root);
  }
  // Declarations that are there already: the compiler reads them and writes none.
  for (const file of globSync('imports/*.d.ts', { cwd: root })) {
    keep(path.join(outDir, file), readFileSync(path.join(root, file), 'utf8'));
  }
  for (const [file, text] of reachable(path.join(outDir, 'index.d.ts'), emitted)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** What users can come across; the rest is of modules that are only loaded late. */
function reachable(entry: string, emitted: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (file: string): void => {
    const text = emitted.get(file);
    if (text === undefined) throw new RangeError(`a declaration names ${file}, which nothing declares`);
    found.set(file, text);
  };
  add(entry);
  // A map hands out what is added while it is gone through.
  for (const [file, text] of found) {
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (fileName.startsWith('.')) add(path.resolve(path.dirname(file), fileName.replace(/\.js$/, '.d.ts')));
    }
  }
  return found;
}

function readConfig(file: string): ts.ParsedCommandLine {
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new CompileError([diagnostic], path.dirname(file));
    },
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(file, {}, host);
  if (parsed === undefined) {
    throw new RangeError(`${file} gives no configuration`);
  }
  return parsed;
}

/** The compiler rewrites `.ts` in JavaScript only; other projects' compilers refuse it in a declaration. */
function withJavaScriptSpecifiers(context: ts.TransformationContext): ts.Transformer<ts.SourceFile | ts.Bundle> {
  const rewrite = (node: ts.Node): ts.Node => {
    if (ts.isStringLiteral(node) && /^\..*\.ts$/.test(node.text)) {
      return context.factory.createStringLiteral(node.text.replace(/\.ts$/, '.js'), true);
    }
    return ts.isLiteralTypeNode(node) ? ts.visitEachChild(node, rewrite, context) : visit(node);
  };
  const visit = (node: ts.Node): ts.Node => ts.visitEachChild(node, namesModule(node) ? rewrite : visit, context);
  return (file) => visit(file) as ts.SourceFile;
}

function namesModule(node: ts.Node): boolean {
  return ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isImportTypeNode(node);
}
