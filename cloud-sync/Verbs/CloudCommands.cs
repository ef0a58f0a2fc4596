using MqttPay.Host.Cli;

namespace MqttPay.CloudSync.Verbs;

/// <summary>The command line of <c>mqttpay-cloud</c>.</summary>
internal static class CloudCommands
{
    public static CommandLine Create()
    {
        var line = new CommandLine(
            "mqttpay-cloud", "The settlement cloud: enrols, issues leases, books and reconciles.");
        line.Add(RunVerb.Create(line.Json));
        line.Add(MigrateVerb.Create(line.Json));
        line.Add(ReconVerb.Create(line.Json));
        line.Add(LedgerVerb.Create(line.Json));
        line.Add(DeviceVerb.Create(line.Json));
        line.Add(ExposureVerb.Create(line.Json));
        line.Add(ReclaimVerb.OfLease(line.Json));
        line.Add(ReclaimVerb.OfGateway(line.Json));
        line.Add(EvidenceVerb.Create(line.Json));
        return line;
    }
}
