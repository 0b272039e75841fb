package dev.millrace.runtime;

import java.util.concurrent.CountDownLatch;

/// The child of the process tests: says it is ready, echoes lines, and ends as its argument tells.
final class EchoChild {
    private EchoChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        var gone = new CountDownLatch(1);
        if (arguments[0].equals("stubborn")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> await(new CountDownLatch(1))));
        }
        ParentWatch.start(line -> System.err.println("heard " + line), gone::countDown);
        System.out.println("ready " + System.getenv().getOrDefault("MILLRACE_WORD", "none"));
        gone.await();
        System.out.println("parent gone");
        System.exit(7);
    }

    private static void await(CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
