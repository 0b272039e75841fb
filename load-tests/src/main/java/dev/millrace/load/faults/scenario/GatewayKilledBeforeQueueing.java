package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.testkit.HttpFault;

/// the gateway is killed when the input is stored and the claim of its idempotency key is being written.
final class GatewayKilledBeforeQueueing implements Scenario {
    @Override
    public String id() {
        return "R-07";
    }

    @Override
    public String title() {
        return "kill -9 of the gateway between storing and queueing";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        var killing = new KillAtClaim(stage);
        // Once the claim has not reached the store, once it has and the gateway does not know.
        killing.call(stage.endpoint() + "-unclaimed", 1, new HttpFault.Hang());
        killing.call(stage.endpoint() + "-claimed", 1, new HttpFault.DropAnswer());
        stage.load(20, 20).await();
    }
}
