using MqttPay.CloudSync.Verbs;
using MqttPay.Host.Cli;

// First of all, or the closing of a terminal kills a process that holds money.
using var signals = new SignalGuard();
return await CloudCommands.Create().RunAsync(args);
