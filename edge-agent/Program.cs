using MqttPay.EdgeAgent.Verbs;
using MqttPay.Host.Cli;

using var signals = new SignalGuard();
var commands =
    new CommandLine("mqttpay-edge", "Decides payments at the edge, out of funded leases, and keeps the proof.");
commands.Add(InitVerb.Create(commands.Json));
commands.Add(RunVerb.Create(commands.Json));
return await commands.RunAsync(args);
