package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Load;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Wait;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// the notifier is killed when a receiver has the message and the notifier has no answer.
final class NotifierKilled implements Scenario {
    private static final int KILLS = 3;

    @Override
    public String id() {
        return "R-21";
    }

    @Override
    public String title() {
        return "kill -9 of the notifier between POST and its record";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        Load load = stage.load(400, 20);
        for (int kill = 0; kill < KILLS; kill++) {
            var posted = new CountDownLatch(1);
            var killed = new CountDownLatch(1);
            stage.sink().beforeAnswer(_ -> {
                posted.countDown();
                await(killed);
            });
            stage.expect(posted.await(30, TimeUnit.SECONDS), "a notification comes");
            stage.cluster().notifier().kill();
            stage.sink().beforeAnswer(_ -> {});
            killed.countDown();
            stage.cluster().notifier().start();
            Wait.pause(Duration.ofSeconds(1));
        }
        load.await();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the notifier was not killed");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
