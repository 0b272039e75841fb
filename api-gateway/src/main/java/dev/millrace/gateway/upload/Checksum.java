package dev.millrace.gateway.upload;

import io.vertx.core.buffer.Buffer;
import java.util.zip.CRC32C;

/// The checksum of a body that passes by, or 0 when nobody wants it.
final class Checksum {
    private final boolean isWanted;
    private final CRC32C crc = new CRC32C();

    Checksum(boolean isWanted) {
        this.isWanted = isWanted;
    }

    void update(Buffer chunk) {
        if (isWanted) {
            crc.update(chunk.getBytes());
        }
    }

    long value() {
        return crc.getValue();
    }
}
