package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Load;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Wait;
import dev.millrace.testkit.HttpFault;
import dev.millrace.testkit.HttpFaultProxy.Request;
import java.time.Duration;

/// the store breaks off the answers to workers' reads halfway; nothing is inferred on a part of an input.
final class StoreTruncating implements Scenario {
    @Override
    public String id() {
        return "R-14";
    }

    @Override
    public String title() {
        return "the store breaks reads off halfway for a while";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(2);
        Duration outage = stage.profile().outage();
        double perSecond = 30;
        Load load = stage.load((int) ((outage.toSeconds() + 6) * perSecond), perSecond);
        Wait.pause(Duration.ofSeconds(2));
        stage.cluster()
                .workerStore()
                .injectFor(Request.of("GET", "/payloads/"), outage, new HttpFault.TruncateBody(0.5));
        load.await();
    }
}
