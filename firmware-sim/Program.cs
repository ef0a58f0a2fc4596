using MqttPay.FirmwareSim.Lint;
using MqttPay.Host.Cli;

using var signals = new SignalGuard();
var commandLine = new CommandLine("mqttpay-sim", "Simulated payment devices: load, a demo with a verdict, and a message linter.");
commandLine.Add(LintVerb.Create(commandLine.Json));
return await commandLine.RunAsync(args);
