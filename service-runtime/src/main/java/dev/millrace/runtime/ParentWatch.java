package dev.millrace.runtime;

import java.io.InputStream;
import java.util.function.Consumer;

/// Notices in a child process that its parent is gone: its standard input, which the parent holds open, ends.
public final class ParentWatch {
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private ParentWatch() {}

    /// Reads this process's standard input on a daemon thread.
    ///
    /// @param onLine called with each line the parent sends, on that thread
    /// @param onParentGone called once, on that thread, at the end of the input
    public static void start(Consumer<String> onLine, Runnable onParentGone) {
        start(System.in, onLine, onParentGone);
    }

    static Thread start(InputStream in, Consumer<String> onLine, Runnable onParentGone) {
        return Threads.start("parent-watch", () -> {
            BoundedLines.pump(in, MAX_LINE_BYTES, onLine);
            onParentGone.run();
        });
    }
}
