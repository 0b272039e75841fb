package dev.millrace.standalone;

import java.util.List;
import java.util.stream.Stream;

/// The programs that Millrace is packaged as, each with a class path and an ahead-of-time cache of its own.
///
/// The flags keep resident memory small. All have the first compiler only: on two cores the second one takes half of
/// them for the first minutes, in which it answers less (measured: 388 asynchronous calls a second with it, 451
/// without; 535 MB resident at idle against 472). A cache fits only the flags it was trained with.
enum Program {
    BROKER("embedded-broker", "dev.millrace.embedded.broker.EmbeddedBrokerMain", "-Xms32m -Xmx128m -Xss512k"),
    STORE(
            "embedded-store",
            "dev.millrace.embedded.store.EmbeddedStoreMain",
            "-Xms16m -Xmx256m -Xss512k -XX:MaxDirectMemorySize=64m"),
    /// Its heap is the host's to choose: see the worker host's own settings. Its stacks are of the default
    /// size: with half
    /// a megabyte ONNX Runtime overflows them while it makes a session, and the process dies of a
    /// segmentation fault.
    WORKER("queue-worker", "dev.millrace.worker.WorkerMain", "-Dlogback.configurationFile=worker-logback.xml"),
    MILLRACE("standalone", "dev.millrace.standalone.MillraceMain", "-Xms24m -Xmx256m -Xss512k");

    private static final List<String> COMMON = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final String module;
    private final String mainClass;
    private final String flags;

    Program(String module, String mainClass, String flags) {
        this.module = module;
        this.mainClass = mainClass;
        this.flags = flags;
    }

    /// The Maven module whose jar comes first on the class path; also names the files of the distribution.
    String module() {
        return module;
    }

    String mainClass() {
        return mainClass;
    }

    /// Flags of this program's JVM, those that every program shares first.
    List<String> flags() {
        return Stream.concat(COMMON.stream(), Stream.of(flags.split(" ")).filter(flag -> !flag.isEmpty()))
                .toList();
    }
}
