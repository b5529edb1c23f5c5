print('my own module')
