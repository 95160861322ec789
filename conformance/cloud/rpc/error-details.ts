import protobuf from 'protobufjs';

/** What an error says beyond its code and sentence, for a client's code to read. */
export interface ErrorInfo {
  /** In capitals, such as `SOME_ACK_IDS_INVALID`. */
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The type of an error's details, as Google's APIs name it. */
export const ERROR_INFO_TYPE = 'type.googleapis.com/google.rpc.ErrorInfo';

/** Writes google.rpc.Status with one google.rpc.ErrorInfo, as it travels in the trailer `grpc-status-details-bin`. */
export function encodeStatus(code: number, message: string, info: ErrorInfo): Buffer {
  const details = protobuf.Writer.create()
    .uint32(tag(1))
    .string(ERROR_INFO_TYPE)
    .uint32(tag(2))
    .bytes(encodeInfo(info))
    .finish();
  const status = protobuf.Writer.create()
    .uint32(1 << 3)
    .int32(code)
    .uint32(tag(2))
    .string(message)
    .uint32(tag(3))
    .bytes(details)
    .finish();
  return Buffer.from(status);
}

function encodeInfo({ reason, metadata }: ErrorInfo): Uint8Array {
  const writer = protobuf.Writer.create().uint32(tag(1)).string(reason);
  for (const [key, value] of Object.entries(metadata)) {
    const entry = protobuf.Writer.create().uint32(tag(1)).string(key).uint32(tag(2)).string(value).finish();
    writer.uint32(tag(3)).bytes(entry);
  }
  return writer.finish();
}

/** The key of a field whose value has a length of its own. */
function tag(field: number): number {
  return (field << 3) | 2;
}
