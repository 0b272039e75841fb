package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.testkit.HttpFault;

/// the gateway is killed when the record is queued and the client has no answer yet.
final class GatewayKilledBeforeAnswering implements Scenario {
    @Override
    public String id() {
        return "R-08";
    }

    @Override
    public String title() {
        return "kill -9 of the gateway between queueing and the 202";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        var killing = new KillAtClaim(stage);
        // The second write of the claim marks it as queued.
        killing.call(stage.endpoint() + "-unmarked", 2, new HttpFault.Hang());
        killing.call(stage.endpoint() + "-marked", 2, new HttpFault.DropAnswer());
        stage.load(20, 20).await();
    }
}
