/** A container of a pod spec as a command with a file system, on this machine. */
import { closeSync, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import type { Bind, ContainerRoot } from './container-root.ts';
import { localArgument } from './local-ports.ts';
import type { PortMap } from './local-ports.ts';
import type { OpenClaw } from './openclaw.ts';
import type { Container } from './pod-spec.ts';

/** What stands in for the images, and for Secrets. */
export interface PodHost {
  readonly openclaw: OpenClaw;
  readonly opa: string;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What a container finds around it. */
export interface Surroundings {
  readonly host: PodHost;
  readonly ports: PortMap;
  /** Folder of the host by name, made when it is not there; volumes have theirs under their own names. */
  readonly folder: (name: string) => string;
}

/** What runs, and what it sees: the image's files, the mounts of the spec, the environment. */
export function containerRoot(container: Container, around: Surroundings): ContainerRoot {
  const { command, args = [], volumeMounts = [] } = container;
  const image = command === undefined ? opaImage(around) : openclawImage(around);
  const system = ['/usr', '/etc/ssl', '/etc/passwd', '/etc/group', '/etc/hosts', '/etc/resolv.conf'];
  return {
    scratch: around.folder('.root'),
    folders: ['/home/node'],
    binds: [
      ...system.filter((file) => existsSync(file)).map((file) => ({ source: file, target: file, readOnly: true })),
      ...image.binds,
      ...volumeMounts.map(({ name, mountPath, subPath, readOnly }) => ({
        source: path.join(around.folder(name), subPath ?? ''),
        target: mountPath,
        readOnly: readOnly === true,
      })),
    ],
    links: [...['bin', 'lib', 'lib64', 'sbin'].map((name) => [`/${name}`, `usr/${name}`] as const), ...image.links],
    env: environment(container, around.host),
    // OPA's image has an entry point; the containers of OpenClaw name their command.
    command: [...(command ?? ['/usr/local/bin/opa']), ...args.map((argument) => localArgument(argument, around.ports))],
  };
}

interface Image {
  readonly binds: readonly Bind[];
  readonly links: readonly (readonly [string, string])[];
}

function opaImage({ host, folder }: Surroundings): Image {
  return { binds: program('opa', host.opa, folder('.opa')), links: [] };
}

/** The package finds its dependencies beside it, as in the image. */
function openclawImage({ host: { openclaw }, folder }: Surroundings): Image {
  const modules = { source: openclaw.modules, target: '/app-modules/node_modules', readOnly: true };
  return {
    binds: [...program('node', openclaw.node, folder('.node')), modules],
    links: [['/app', '/app-modules/node_modules/openclaw']],
  };
}

/** A program as the only one in /usr/local/bin, whatever the host has there. */
function program(name: string, file: string, empty: string): Bind[] {
  closeSync(openSync(path.join(empty, name), 'a'));
  return [
    { source: empty, target: '/usr/local/bin', readOnly: true },
    { source: file, target: `/usr/local/bin/${name}`, readOnly: true },
  ];
}

function environment({ env = [] }: Container, { secrets }: PodHost): Record<string, string> {
  const values = env.map(({ name, value, valueFrom }) => {
    const secret = valueFrom?.secretKeyRef;
    const text = secret === undefined ? value : secrets[secret.name]?.[secret.key];
    if (text === undefined) {
      throw new Error(`environment variable ${name} has no value: Secret ${secret?.name ?? ''} is not given`);
    }
    return [name, text] as const;
  });
  return {
    // What an image brings: where programs are, and whom its TLS clients trust.
    PATH: '/usr/local/bin:/usr/bin:/bin',
    NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt',
    ...Object.fromEntries(values),
  };
}
