package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Scenario;
import java.util.List;

/// Every scenario, in the order of the table.
public final class Scenarios {
    private Scenarios() {}

    public static List<Scenario> all() {
        return List.of(
                new WorkersKilled(),
                new AllWorkersGone(),
                new GatewayKilledWhileUploading(),
                new GatewayKilledBeforeQueueing(),
                new GatewayKilledBeforeAnswering(),
                new BrokerRestarted(),
                new StoreRefusing(),
                new StoreTruncating(),
                new InputDeleted(),
                new ReceiverRedirecting(),
                new NameRebound(),
                new NotifierKilled(),
                new ModelOutOfMemory(),
                new PoisonPayload(),
                new RecordsQueuedTwice(),
                new EndpointUpdated(),
                new EndpointDeleted());
    }
}
