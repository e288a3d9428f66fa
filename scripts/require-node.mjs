/** Ends the process with one sentence under a Node too old to install the packages; imported before anything such a Node could not read. */
const MIN_NODE_MAJOR = 20;

if (Number(process.versions.node.split('.')[0]) < MIN_NODE_MAJOR) {
  console.error(`Node ${MIN_NODE_MAJOR} or newer is needed to install Tandem; this is ${process.versions.node}.`);
  process.exit(1);
}
