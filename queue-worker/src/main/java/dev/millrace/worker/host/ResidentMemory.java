package dev.millrace.worker.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Memory of a process that is in RAM, as Linux tells it in the process's status file.
final class ResidentMemory {
    private static final Pattern LINE = Pattern.compile("(?m)^VmRSS:\\s+(\\d{1,15}) kB$");
    private static final int KB = 1024;

    private final Path status;

    /// @param status such as `/proc/42/status`; need not exist
    ResidentMemory(Path status) {
        this.status = status;
    }

    /// Null where the system does not say, or the process has ended.
    @Nullable
    Long bytes() {
        try {
            // Names of processes may hold any byte.
            Matcher line = LINE.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
            return line.find() ? Long.parseLong(line.group(1)) * KB : null;
        } catch (IOException _) {
            return null;
        }
    }
}
