export { traceReply, type TraceReplyOptions } from '../../operators/traceReply.js';
