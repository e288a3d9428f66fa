/** Ends the process with one sentence where Node is too old for the packages. Import it before anything that such a Node cannot parse. */
const MIN_NODE_MAJOR = 20;

if (Number(process.versions.node.split('.')[0]) < MIN_NODE_MAJOR) {
  console.error(`Node ${MIN_NODE_MAJOR} or newer is needed to install Tandem; this is ${process.versions.node}.`);
  process.exit(1);
}
