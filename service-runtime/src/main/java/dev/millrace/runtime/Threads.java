package dev.millrace.runtime;

import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Factories of named threads; an exception that ends one is logged, never lost.
public final class Threads {
    private static final Logger LOGGER = LoggerFactory.getLogger(Threads.class);

    private Threads() {}

    /// Daemon platform threads `name-0`, `name-1`, …: for native calls and for reads that hold their thread.
    public static ThreadFactory platform(String name) {
        return Thread.ofPlatform()
                .daemon()
                .name(name + "-", 0)
                .uncaughtExceptionHandler(Threads::logUncaught)
                .factory();
    }

    /// Virtual threads `name-0`, `name-1`, …: for waiting and blocking I/O; who starts them bounds their
    /// number.
    public static ThreadFactory virtual(String name) {
        return Thread.ofVirtual()
                .name(name + "-", 0)
                .uncaughtExceptionHandler(Threads::logUncaught)
                .factory();
    }

    /// Starts one daemon platform thread of exactly that name.
    public static Thread start(String name, Runnable work) {
        return Thread.ofPlatform()
                .daemon()
                .name(name)
                .uncaughtExceptionHandler(Threads::logUncaught)
                .start(work);
    }

    private static void logUncaught(Thread thread, Throwable failure) {
        LOGGER.atError()
                .addKeyValue("thread", thread.getName())
                .setCause(failure)
                .log("a thread ended with a failure");
    }
}
