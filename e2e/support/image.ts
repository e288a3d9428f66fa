/** Follows `docs/deploy/Dockerfile` without Docker: every stage is an empty folder, and the path of a step has Node, npm and a shell only. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const CONTEXT = fileURLToPath(new URL('../../', import.meta.url));
const DOCKERFILE = join(CONTEXT, 'docs', 'deploy', 'Dockerfile');

/** The exec form of a command, which starts Node. */
const Exec = z.tuple([z.literal('node')], z.string());

export interface Image {
  /** The working directory. */
  root: URL;
  /** Arguments of Node, from `CMD` and `HEALTHCHECK`. */
  command: string[];
  healthcheck: string[];
  /** Without `PORT`: each server has its own. */
  env: Record<string, string>;
  remove(): Promise<void>;
}

interface Stage {
  /** Stands for `/`. */
  root: string;
  workdir: string;
  env: Record<string, string>;
  command: string[];
  healthcheck: string[];
}

export async function buildImage(): Promise<Image> {
  const home = await mkdtemp(join(tmpdir(), 'tandem-image-'));
  const path = await makePath(home);
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const [instruction, rest] of instructionsOf(await readFile(DOCKERFILE, 'utf8'))) {
    if (instruction === 'FROM') {
      const [, name = 'last'] = / AS (\w+)$/.exec(rest) ?? [];
      stage = { root: join(home, name), workdir: '/', env: { PATH: path }, command: [], healthcheck: [] };
      stages.set(name, stage);
    } else {
      if (!stage) throw new Error(`The Dockerfile has ${instruction} before its first FROM.`);
      await follow(stage, instruction, rest, stages);
    }
  }
  if (!stage) throw new Error('The Dockerfile has no stage.');
  const { PORT, ...env } = stage.env;
  return {
    root: pathToFileURL(join(stage.root, stage.workdir, '/')),
    command: stage.command,
    healthcheck: stage.healthcheck,
    env,
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

function instructionsOf(text: string): [instruction: string, rest: string][] {
  const lines = text.replaceAll(/\\\n/g, ' ').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, instruction = '', rest = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
      return [instruction, rest];
    });
}

async function follow(stage: Stage, instruction: string, rest: string, stages: Map<string, Stage>): Promise<void> {
  switch (instruction) {
    case 'WORKDIR':
      stage.workdir = rest;
      await mkdir(join(stage.root, rest), { recursive: true });
      return;
    case 'ENV':
      for (const pair of rest.split(' ')) stage.env[pair.split('=')[0] ?? ''] = pair.slice(pair.indexOf('=') + 1);
      return;
    case 'COPY':
      await copy(stage, rest, stages);
      return;
    case 'RUN': {
      // npm needs this machine's settings, such as its cache and its proxy.
      const env = { ...process.env, ...stage.env };
      await promisify(execFile)('sh', ['-c', rest], { cwd: join(stage.root, stage.workdir), env });
      return;
    }
    case 'CMD':
      stage.command = Exec.parse(JSON.parse(rest)).slice(1);
      return;
    case 'HEALTHCHECK':
      stage.healthcheck = Exec.parse(JSON.parse(rest.replace(/^CMD /, ''))).slice(1);
      return;
    case 'USER':
    case 'EXPOSE':
      return;
    default:
      throw new Error(`Nothing here knows how to follow ${instruction}.`);
  }
}

/** As Docker copies: the contents of a folder, and files under their own names. */
async function copy(stage: Stage, rest: string, stages: Map<string, Stage>): Promise<void> {
  const [, from, list = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(rest) ?? [];
  const source = from ? stages.get(from)?.root : CONTEXT;
  if (!source) throw new Error(`No stage is called ${from}.`);
  const names = list.split(' ');
  const target = join(stage.root, stage.workdir, names.pop() ?? '');
  for (const name of names) {
    const path = join(source, name);
    const isFolder = (await stat(path)).isDirectory();
    await cp(path, isFolder ? target : join(target, basename(name)), { recursive: true, verbatimSymlinks: true });
  }
}

/** The machine's npm runs on the Node of this process. */
async function makePath(home: string): Promise<string> {
  const bin = join(home, 'bin');
  await mkdir(bin);
  const npm = join(dirname(await which('npm')), 'npm');
  for (const [name, target] of [
    ['node', process.execPath],
    ['npm', npm],
    ['sh', '/bin/sh'],
  ] as const) {
    await symlink(target, join(bin, name));
  }
  return bin;
}

async function which(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `command -v ${name}`]);
  return stdout.trim();
}
