using MqttPay.EdgeAgent.Verbs;
using MqttPay.Host.Cli;

using var signals = new SignalGuard();
var commands =
    new CommandLine("mqttpay-edge", "Decides payments at the edge, out of funded leases, and keeps the proof.");
commands.Add(InitVerb.Create(commands.Json));
commands.Add(RunVerb.Create(commands.Json));
commands.Add(KeyVerb.Create(commands.Json));
commands.Add(DecisionVerb.Create(commands.Json));
commands.Add(EvidenceVerb.Create());
foreach (var verb in AskVerbs.Create(commands.Json)) commands.Add(verb);
return await commands.RunAsync(args);
