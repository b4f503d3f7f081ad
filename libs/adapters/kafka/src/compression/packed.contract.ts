/** What other programs packed, in base64; see each test for who did. */
export const PACKED = {
  /** By Google's library in its Python binding: 1470 bytes, one raw block. */
  snappyBlock:
    'vgvARW5lcmd5LkFjdGl2ZS5JbXBvcnQuUmVnaXN0ZXIweyJ2YWx1ZSI6IjE2MTMuNSJ9MUYTAAAyckQAADNGMQAANEYTAAA1ckQA' +
    'ADZGMQBOmwByRAAAMkZEAE6bAHJEAAA1RkQATpsAckQAADFGRABOmwByRABOQQFGVwAANnJEAE5BAUZEAP7cAf7cAf7cAf7cAf7c' +
    'AcrcAQBh/gEA/gEA/gEA/gEAqgEA8P8AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIz' +
    'NDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+' +
    'f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr/AwcLDxMXGx8jJ' +
    'ysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/',
  /** By Kafka's own Java producer: three records of 104 bytes, in its framing of Snappy. */
  snappyJava:
    'glNOQVBQWQAAAAABAAAAAQAAAGLVAvA83gEAAAAB0AFTVC0wMDQyLzEvMSBFbmVyZ3kuQWN0aXZlLkltcG9ydC5SZWdpc3RlciAx' +
    'NjEzLjUgV2gsIK41ADgyMC4wIFdoAOABANACAgH+cgC+cgAABP5yAK5yAA==',
  /** By the reference library of LZ4 in its Python binding: the text 60 times, blocks that refer back, content size and checksum. */
  lz4Linked:
    'BCJNGExAiFgBAAAAAABPmwIAAP4iRW5lcmd5LkFjdGl2ZS5JbXBvcnQuUmVnaXN0ZXIweyJ2YWx1ZSI6IjE2MTMuNSJ9MRMAHzJE' +
    'AAoeMzEAHjQTAB81RAAKHjYxAA+bAAEPRAAKHjJEAA+bAAEPRAAKHjVEAA+bAAEPRAAKD0EBAQ5XAB8zRAAKD0EBAQ5EAB82RAAK' +
    'D0EBAQ5EAA/cAf9hH2EBAP8Z//EAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2' +
    'Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CB' +
    'goOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr/AwcLDxMXGx8jJysvM' +
    'zc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/vgX/////////////////////////////' +
    '////////////////////////////////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////////////////////////////////////////////////////' +
    '/////yVQdWUiOiJyAAAABNj/Dx//AQ9A/gofNKf8/xkPqPz/////////////////////////////////////////////////////' +
    '//////////////////////////////////////////////////////////////9iUPv8/f7/AAAAAIrrdAs=',
  /** By the same: blocks that stand alone, with checksums of blocks. */
  lz4Alone:
    'BCJNGHBArZcBAAD+IkVuZXJneS5BY3RpdmUuSW1wb3J0LlJlZ2lzdGVyMHsidmFsdWUiOiIxNjEzLjUifTETAB8yRAAKHjMxAB40' +
    'EwAfNUQACh42MQAPmwABD0QACh4yRAAPmwABD0QACh41RAAPmwABD0QACg9BAQEOVwAfM0QACg9BAQEORAAfNkQACg9BAQEORAAP' +
    '3AH/YR9hAQD/GfDxAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+' +
    'P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJ' +
    'iouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU' +
    '1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/7h4rg8AAAAA',
  /** By Kafka's own Java producer: the same three records. */
  lz4Java:
    'BCJNGGBAgmEAAAD/Lt4BAAAAAdABU1QtMDA0Mi8xLzEgRW5lcmd5LkFjdGl2ZS5JbXBvcnQuUmVnaXN0ZXIgMTYxMy41IFdoLCA1' +
    'ABnvMjAuMCBXaADgAQD6AQJyAFw//AEEcgBUUDAgV2gAAAAAAA==',
} as const;

const WORDS = ['Energy.Active.Import.Register', '{"value":"1613.5"}', 'ST-0042/1/1'];

/** The text that was packed: words in turns, a long run, and every byte there is. */
export const UNPACKED = Buffer.concat([
  Buffer.from(Array.from({ length: 40 }, (_, index) => `${WORDS[(index * index) % 3]}${index % 7}`).join('')),
  Buffer.alloc(300, 'a'),
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
]);

/** The value of the Java producer's records. */
export const JAVA_VALUE =
  'ST-0042/1/1 Energy.Active.Import.Register 1613.5 Wh, ST-0042/1/1 Energy.Active.Import.Register 1620.0 Wh';
