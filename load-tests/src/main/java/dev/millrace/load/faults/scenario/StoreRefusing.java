package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Load;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Wait;
import dev.millrace.testkit.HttpFault;
import dev.millrace.testkit.HttpFaultProxy.Request;
import java.time.Duration;

/// the store answers 503 to everybody for a while; uploads are refused, workers hold what they have.
final class StoreRefusing implements Scenario {
    @Override
    public String id() {
        return "R-13";
    }

    @Override
    public String title() {
        return "the store answers 503 for a while";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(2);
        Duration outage = stage.profile().outage();
        double perSecond = 30;
        Load load = stage.load((int) ((outage.toSeconds() + 6) * perSecond), perSecond);
        Wait.pause(Duration.ofSeconds(2));
        var fault = new HttpFault.Status(503);
        stage.cluster().gatewayStore().injectFor(Request.any(), outage, fault);
        stage.cluster().workerStore().injectFor(Request.any(), outage, fault);
        load.await();
    }
}
