/** Types for compilers of any age: the declarations of everything that `index.ts` reaches. */
import { cpSync, globSync } from 'node:fs';
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
 * Writes what tsconfig.package.json asks for.
 * @param root of the repository
 * @throws CompileError
 */
export function emitDeclarations(root: string): void {
  const { options, fileNames, errors } = readConfig(path.join(root, 'tsconfig.package.json'));
  const program = ts.createProgram({ rootNames: fileNames, options, configFileParsingDiagnostics: errors });
  const { diagnostics, emitSkipped } = program.emit(undefined, undefined, undefined, true, {
    afterDeclarations: [withJavaScriptSpecifiers],
  });
  const all = ts.sortAndDeduplicateDiagnostics([...ts.getPreEmitDiagnostics(program), ...diagnostics]);
  if (emitSkipped || all.length > 0) {
    throw new CompileError(all, root);
  }
  // Declarations that are there already; the compiler reads them and writes none.
  for (const file of globSync('imports/*.d.ts', { cwd: root })) {
    cpSync(path.join(root, file), path.join(options.outDir ?? root, file));
  }
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
